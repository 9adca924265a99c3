"""Asks for a login in Locust's web UI, where the test's Secret holds web-username and web-password.

Locust's own --web-login ships no users and locks everyone out; here the two files alone switch the login on. People log
in at a form, programs by HTTP Basic auth (`curl -u`). Without either stay open: the login page and its assets,
GET /swarmfile/state, which `swarmfile wait` reads through the API server, and GET /, which answers 302 to the login
page and so satisfies a readiness probe. GET /stats/requests, without any session, answers the few numbers that
autoscalers ask for instead of a redirect: a KEDA trigger with valueLocation user_count works with the login as it does
without. GET /swarmfile/metrics, which names each endpoint, stays open to the exporter alone: it asks over loopback.
"""

import logging
import math
import secrets
import time
from hmac import compare_digest
from ipaddress import ip_address

from flask import Blueprint, Flask, Request, Response, jsonify, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from locust.env import Environment
from locust.web import WebUI

from swarmfile.credentials.files import CredentialsError, Login
from swarmfile.credentials.web_guesses import Guesses
from swarmfile.run.state import METRICS_ROUTE

LOGIN_PATH = "/swarmfile/login"
WRONG = "User name or password is wrong"
logger = logging.getLogger("swarmfile")


class WebUser(UserMixin):
    """The one user there is."""

    def __init__(self, name: str) -> None:
        self.id = name


def protect(environment: Environment, login: Login | None) -> None:
    """Puts the login before the web UI, unless the script has one of its own.

    Raises CredentialsError for --web-login with nobody who could log in.
    """
    web_ui = environment.web_ui
    if web_ui is None or web_ui.app is None:
        return
    if web_ui.web_login and web_ui.login_manager._user_callback is not None:
        logger.info("swarmfile: the script brings a login of its own for the web UI")
    elif login:
        switch_on(web_ui, web_ui.app, login)
        web_ui.app.before_request(lambda: numbers_for_autoscalers(environment))
    elif web_ui.web_login:
        raise CredentialsError("--web-login: nobody could log in; set webLogin.existingSecret, or leave the flag out")
    if web_ui.web_login:
        web_ui.app.before_request(lambda: login_for_metrics(web_ui))


def switch_on(web_ui: WebUI, app: Flask, login: Login) -> None:
    """Lets Locust's own checks ask our one user."""
    # Nobody needs to stay logged in when the master restarts, and so no key has to be kept.
    app.secret_key = secrets.token_bytes(32)
    # Strict: no other site's page can make a browser that is logged in start load.
    app.config.update(SESSION_COOKIE_SAMESITE="Strict", SESSION_COOKIE_HTTPONLY=True)
    manager = web_ui.login_manager if web_ui.web_login else LoginManager(app)
    manager.login_view = "locust.login"
    manager.user_loader(lambda name: WebUser(name) if compare(name, login.username) else None)
    guesses = Guesses()
    app.before_request(lambda: too_early(guesses))
    manager.request_loader(lambda asked: user_by_basic_auth(asked, login, guesses))
    web_ui.web_login, web_ui.login_manager = True, manager
    base_path = app.blueprints["locust"].url_prefix or ""
    web_ui.auth_args = {"username_password_callback": base_path + LOGIN_PATH}
    app.register_blueprint(login_route(login, guesses), url_prefix=base_path)


def login_route(login: Login, guesses: Guesses) -> Blueprint:
    """Returns the route that the form is sent to."""
    blueprint = Blueprint("swarmfile_login", __name__)

    @blueprint.post(LOGIN_PATH)
    def submit() -> Response:
        form = request.form
        wait_s = guesses.wait_s(_address(request), time.monotonic())
        if not wait_s and guessed(form.get("username", ""), form.get("password", ""), request, login, guesses):
            session["auth_error"] = None
            login_user(WebUser(login.username))
            return redirect(url_for("locust.index"))  # type: ignore[return-value]
        session["auth_error"] = _too_early(wait_s) if wait_s else WRONG
        return redirect(url_for("locust.login"))  # type: ignore[return-value]

    return blueprint


def user_by_basic_auth(asked: Request, login: Login, guesses: Guesses) -> WebUser | None:
    """Returns the user of a request with the right Authorization header."""
    given = asked.authorization
    if given is None or given.type != "basic":
        return None
    # Asked again although `too_early` did: a body that arrives slowly lets other guesses in between.
    if guesses.wait_s(_address(asked), time.monotonic()):
        return None
    is_right = guessed(given.username or "", given.password or "", asked, login, guesses)
    return WebUser(login.username) if is_right else None


def too_early(guesses: Guesses) -> Response | None:
    """Answers a program that guessed wrong a moment ago, None for every other request."""
    if request.authorization is None or not (wait_s := guesses.wait_s(_address(request), time.monotonic())):
        return None
    return Response(_too_early(wait_s) + "\n", 429, {"Retry-After": str(math.ceil(wait_s))}, content_type="text/plain")


def guessed(username: str, password: str, asked: Request, login: Login, guesses: Guesses) -> bool:
    """Compares a login, and notes for its address whether it was right."""
    if matches(login, username, password):
        guesses.right(_address(asked))
        return True
    guesses.wrong(_address(asked), time.monotonic())
    return False


def login_for_metrics(web_ui: WebUI) -> Response | None:
    """Leads whoever asks for the exporter's route from another machine to the login, as every other route does."""
    is_asked = request.url_rule is not None and request.url_rule.rule == METRICS_ROUTE
    if not is_asked or is_loopback(_address(request)) or current_user.is_authenticated:
        return None
    answer: Response = web_ui.login_manager.unauthorized()
    return answer


def is_loopback(address: str) -> bool:
    """Returns whether a connection comes from this machine or this pod."""
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return (getattr(known, "ipv4_mapped", None) or known).is_loopback


def _address(asked: Request) -> str:
    return asked.remote_addr or ""


def _too_early(wait_s: float) -> str:
    return f"Too many wrong logins: try again in {math.ceil(wait_s)} s"


def matches(login: Login, username: str, password: str) -> bool:
    """Compares both values in a time that tells nothing about them."""
    return compare(username, login.username) & compare(password, login.password)


def compare(given: str, expected: str) -> bool:
    """Compares two texts in constant time."""
    return compare_digest(given.encode(), expected.encode())


def numbers_for_autoscalers(environment: Environment) -> Response | None:
    """Answers /stats/requests for programs without a login, None for every other request."""
    runner = environment.runner
    if request.endpoint != "locust.request_stats" or session or current_user.is_authenticated or runner is None:
        return None
    return jsonify({"state": runner.state, "user_count": runner.user_count})
