"""Learns from the web UI's requests what Locust's events do not tell: who stops a run, and how long it shall be."""

from flask import current_app, request
from flask_login import current_user
from locust.util.timespan import parse_timespan

from swarmfile.listeners import quietly
from swarmfile.master.watch import RunWatch
from swarmfile.run.finished import Cause


def install(watch: RunWatch) -> None:
    """Looks at each request before Locust does; a headless master has none."""
    if watch.environment.web_ui and watch.environment.web_ui.app:
        watch.environment.web_ui.app.before_request(quietly(lambda: look(watch)))


def look(watch: RunWatch) -> None:
    """Notes the wishes of a POST to /swarm or /stop."""
    # What the login refuses is no wish.
    if request.method != "POST" or (hasattr(current_app, "login_manager") and not current_user.is_authenticated):
        return
    if request.path.endswith("/stop"):
        watch.wish = Cause.STOPPED
    elif request.path.endswith("/swarm"):
        run_time = request.form.get("run_time")
        watch.run_time_s = parse_timespan(run_time) if run_time else None
