"""Locust's web UI."""

from swarmfile.patches.holds.hold import Behaviour, Hold, Kind, Text

HOLDS = (
    Hold(
        "web-forms",
        Kind.MESSAGE,
        "locust",
        "locust.web:WebUI.__init__.<locals>.swarm",
        ("master/web.py: look",),
        "Who stops a run, and how long it shall be, only the web UI's requests tell.",
        "a run that is stopped in the web UI counts as completed or cut short for another reason",
        (
            Text(
                "locust.web:WebUI.__init__",
                ('route("/swarm", methods=["POST"])', 'case "run_time":', "parse_timespan(value)", 'route("/stop"'),
            ),
        ),
    ),
    Hold(
        "web-login",
        Kind.REPLACED,
        "locust",
        "locust.web:WebUI.web_login",
        ("credentials/web_login.py: protect, switch_on",),
        "Locust's own checks ask these attributes at each request, so the login can be switched on after its start.",
        "the web UI is open to everybody although a login was configured",
        (
            Text(
                "locust.web:WebUI.auth_required_if_enabled", ("def wrapper(", "if self.web_login:", "login_required(")
            ),
            Text("locust.web:WebUI.__init__", ('Blueprint("locust", __name__, url_prefix=web_base_path)',)),
            Behaviour("the_login_manager_can_be_set"),
            Behaviour("each_route_of_the_web_ui_asks_for_the_login"),
        ),
    ),
    Hold(
        "web-login-form",
        Kind.PRIVATE,
        "locust",
        "locust.web:WebUI.auth_args",
        ("credentials/web_login.py: switch_on, login_route",),
        "The login page sends its form where auth_args says, and shows what stands under auth_error in the session.",
        "nobody can log in, or a wrong password is not told",
        (
            Text(
                "locust.web:WebUI.__init__",
                ("def login():", 'session.get("auth_error", None)', "auth_args=self.auth_args"),
            ),
            Behaviour("auth_args_know_the_callback_of_a_form"),
        ),
    ),
    Hold(
        "web-endpoints",
        Kind.TEXT,
        "locust",
        "locust.web:WebUI.__init__",
        ("credentials/web_login.py: switch_on, login_route, numbers_for_autoscalers",),
        "Flask knows Locust's pages as locust.index, locust.login and locust.request_stats.",
        "the login leads to an error, or autoscalers get a redirect instead of numbers",
        (
            Text(
                "locust.web:WebUI.__init__",
                (
                    'route("/")',
                    "def index()",
                    'route("/stats/requests")',
                    "def request_stats()",
                    'route("/login")',
                    "def login()",
                ),
            ),
        ),
    ),
)
