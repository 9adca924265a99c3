"""What is learnt from the web UI's requests, by a real Flask application."""

import pytest
from flask import Flask
from flask_login import LoginManager
from locust.argument_parser import parse_options
from locust.env import Environment

from swarmfile.master.watch import RunWatch
from swarmfile.master.web import look
from swarmfile.run.context import Context
from swarmfile.run.finished import Cause


@pytest.fixture
def watch() -> RunWatch:
    return RunWatch(Context(), Environment(parsed_options=parse_options(args=[])))


def ask(watch: RunWatch, path: str, method: str = "POST", **form: str) -> None:
    with Flask("web").test_request_context(path, method=method, data=form):
        look(watch)


def test_a_stop_by_hand_is_known_beforehand(watch: RunWatch) -> None:
    ask(watch, "/stop")
    assert watch.wish is Cause.STOPPED


@pytest.mark.parametrize(("form", "seconds"), [({"run_time": "1h30m"}, 5400), ({"run_time": ""}, None), ({}, None)])
def test_the_run_time_that_was_typed_in_is_the_plan(watch: RunWatch, form: dict[str, str], seconds: int | None) -> None:
    watch.run_time_s = 7
    ask(watch, "/swarm", **form)
    assert watch.run_time_s == seconds


@pytest.mark.parametrize(("path", "method"), [("/stop", "GET"), ("/stats/requests", "GET"), ("/else", "POST")])
def test_other_requests_wish_for_nothing(watch: RunWatch, path: str, method: str) -> None:
    watch.run_time_s = 7
    ask(watch, path, method)
    assert (watch.wish, watch.run_time_s) == (None, 7)


def test_what_the_login_refuses_is_no_wish(watch: RunWatch) -> None:
    app = Flask("web")
    app.secret_key = "canary"
    LoginManager(app).user_loader(lambda _: None)
    with app.test_request_context("/stop", method="POST"):
        look(watch)
    assert watch.wish is None
