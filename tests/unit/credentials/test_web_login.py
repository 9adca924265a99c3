"""Locust's own web UI, asked without a socket."""

import base64
from collections.abc import Iterator

import gevent
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager
from locust.env import Environment
from locust.web import WebUI

from swarmfile.credentials import web_login
from swarmfile.credentials.files import CredentialsError, Login
from swarmfile.credentials.web_login import WRONG, is_loopback, protect
from swarmfile.run.state import METRICS_ROUTE

LOGIN = Login("ann", "canary")
OPEN = {"locust.send_assets", "locust.login", "swarmfile_login.submit"}


def new_environment(flag: bool = False, base_path: str = "") -> Environment:
    environment = Environment()
    environment.create_local_runner()
    WebUI(environment, "127.0.0.1", 0, base_path, web_login=flag, delayed_start=True)
    return environment


def app_of(environment: Environment) -> Flask:
    assert environment.web_ui
    assert environment.web_ui.app
    return environment.web_ui.app


@pytest.fixture(autouse=True)
def _no_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    """The web UI reads the arguments of the process."""
    monkeypatch.setattr("sys.argv", ["locust"])


@pytest.fixture
def environment() -> Iterator[Environment]:
    environment = new_environment()
    protect(environment, LOGIN)
    yield environment
    assert environment.runner
    environment.runner.quit()


@pytest.fixture
def client(environment: Environment) -> FlaskClient:
    return app_of(environment).test_client()


def log_in(client: FlaskClient, password: str) -> str:
    return client.post("/swarmfile/login", data={"username": "ann", "password": password}).headers["Location"]


def test_every_route_of_the_web_ui_asks_for_the_login(environment: Environment) -> None:
    client = app_of(environment).test_client(use_cookies=False)
    rules = [each for each in app_of(environment).url_map.iter_rules() if each.endpoint not in OPEN | {"static"}]
    answers = {
        each.rule: client.open(each.rule, method=min((each.methods or set()) - {"HEAD", "OPTIONS"})) for each in rules
    }
    redirected = {rule for rule, answer in answers.items() if answer.status_code == 302}
    assert len(answers) > 12
    assert set(answers) - redirected == {"/stats/requests"}
    assert all("/login" in answers[rule].headers["Location"] for rule in redirected)


def test_the_right_password_opens_the_web_ui(client: FlaskClient) -> None:
    assert log_in(client, "canary") == "/"
    assert client.get("/").status_code == 200
    assert "stats" in client.get("/stats/requests").get_json()


def test_a_wrong_password_leads_back_to_the_form_which_says_so(client: FlaskClient) -> None:
    assert log_in(client, "wrong") == "/login"
    assert WRONG in client.get("/login").text
    assert client.get("/").status_code == 302


def test_the_session_of_another_process_is_worth_nothing(client: FlaskClient) -> None:
    log_in(client, "canary")
    cookie = client.get_cookie("session")
    assert cookie
    restarted = new_environment()
    protect(restarted, LOGIN)
    stranger = app_of(restarted).test_client()
    stranger.set_cookie("session", cookie.value)
    assert stranger.get("/").status_code == 302


def test_the_cookie_is_sent_to_no_script_and_from_no_other_site(client: FlaskClient) -> None:
    answer = client.post("/swarmfile/login", data={"username": "ann", "password": "canary"})
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]


def basic(password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'ann:{password}'.encode()).decode()}"}


@pytest.mark.parametrize(("password", "status"), [("canary", 200), ("wrong", 302)])
def test_programs_log_in_by_basic_auth(client: FlaskClient, password: str, status: int) -> None:
    assert client.get("/", headers=basic(password)).status_code == status


def test_a_program_that_guesses_is_refused_even_with_the_right_password(client: FlaskClient) -> None:
    client.get("/", headers=basic("wrong"))
    refused = client.get("/", headers=basic("canary"))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert client.get("/", headers=basic("canary"), environ_base={"REMOTE_ADDR": "10.0.0.2"}).status_code == 200


def test_many_that_guess_at_once_are_compared_once(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(web_login, "matches", lambda _, __, password: compared.append(password))
    app = app_of(environment)
    guesses = [gevent.spawn(app.test_client().get, "/", headers=basic(str(number))) for number in range(30)]
    guesses += [gevent.spawn(log_in, app.test_client(), str(number)) for number in range(30)]
    gevent.joinall(guesses, raise_error=True)
    assert len(compared) == 1


def test_the_form_says_how_long_to_wait_and_a_session_goes_on(environment: Environment) -> None:
    inside, outside = (app_of(environment).test_client() for _ in range(2))
    log_in(inside, "canary")
    log_in(outside, "wrong")
    assert log_in(outside, "canary") == "/login"
    assert "Too many wrong logins: try again in 1 s" in outside.get("/login").text
    assert inside.get("/").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("10.0.0.2", 302)]
)
def test_the_exporters_route_is_open_on_this_machine_alone(environment: Environment, address: str, status: int) -> None:
    app_of(environment).add_url_rule(METRICS_ROUTE, "metrics", lambda: "numbers")
    client, origin = app_of(environment).test_client(), {"REMOTE_ADDR": address}
    assert client.get(METRICS_ROUTE, environ_base=origin).status_code == status
    assert client.get(METRICS_ROUTE, environ_base=origin, headers=basic("canary")).status_code == 200


@pytest.mark.parametrize("address", ["", "nowhere", "10.0.0.1", "::ffff:10.0.0.1"])
def test_another_address_is_not_this_machine(address: str) -> None:
    assert not is_loopback(address)


def test_an_autoscaler_gets_its_number_and_nothing_else(client: FlaskClient) -> None:
    assert client.get("/stats/requests").get_json() == {"state": "ready", "user_count": 0}


def test_a_readiness_probe_ends_at_the_login_page(client: FlaskClient) -> None:
    assert client.get("/", follow_redirects=True).status_code == 200


def test_the_form_is_found_under_a_base_path() -> None:
    environment = new_environment(base_path="/locust")
    protect(environment, LOGIN)
    client = app_of(environment).test_client()
    assert "/locust/swarmfile/login" in client.get("/locust/login").text
    answer = client.post("/locust/swarmfile/login", data={"username": "ann", "password": "canary"})
    assert answer.headers["Location"] == "/locust/"


def test_without_a_login_the_web_ui_stays_as_it_is() -> None:
    environment = new_environment()
    protect(environment, None)
    assert app_of(environment).test_client().get("/").status_code == 200


def test_the_flag_of_locust_and_our_login_go_together() -> None:
    environment = new_environment(flag=True)
    protect(environment, LOGIN)
    client = app_of(environment).test_client()
    assert log_in(client, "canary") == "/"
    assert client.get("/").status_code == 200


def test_the_flag_without_anybody_who_could_log_in_is_refused() -> None:
    with pytest.raises(CredentialsError, match=r"^--web-login: nobody could log in; set webLogin"):
        protect(new_environment(flag=True), None)


def test_a_login_of_the_script_s_own_wins() -> None:
    environment = new_environment(flag=True)
    assert environment.web_ui
    manager: LoginManager = environment.web_ui.login_manager
    manager.user_loader(lambda _: None)
    protect(environment, LOGIN)
    assert "swarmfile_login" not in app_of(environment).blueprints


def test_a_worker_has_nothing_to_protect() -> None:
    environment = Environment()
    protect(environment, LOGIN)
    assert environment.web_ui is None
