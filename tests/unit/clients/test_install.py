"""Credentials are put in place when Locust loads its locustfiles, and wrong ones end it in one line."""

from pathlib import Path

import pytest
from locust import HttpUser
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment
from locust.event import Events
from locust.stats import EntriesDict, RequestStats

from swarmfile.clients import install as credentials_install
from swarmfile.clients.install import install
from swarmfile.definition.settings import parse
from swarmfile.http.user import SwarmHttpUser
from swarmfile.run.context import Context
from swarmfile.verdict import BAD_INPUT_EXIT_CODE
from tests.unit.http.mirror_server import Mirror

SECRET = "s3cret of an install"


@pytest.fixture
def auth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the credentials' files."""
    monkeypatch.setenv("SWARMFILE_AUTH", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def events(monkeypatch: pytest.MonkeyPatch) -> Events:
    """Locust's global events in a process that starts now; what it changes for good ends with the test."""
    for user_class in (HttpUser, FastHttpUser, SwarmHttpUser):
        monkeypatch.setattr(user_class, "__init__", user_class.__init__)
    monkeypatch.setattr(credentials_install, "watch_requests", lambda **_: None)
    monkeypatch.setattr(RequestStats, "log_error", RequestStats.log_error)
    monkeypatch.setattr(EntriesDict, "__missing__", EntriesDict.__missing__)
    events = Events()
    monkeypatch.setattr(credentials_install, "events", events)
    return events


def context_of(host: str) -> Context:
    return Context(settings=parse({"loadTest": {"host": host}}))


def test_users_carry_the_credentials_and_failures_do_not(auth: Path, events: Events, target: Mirror) -> None:
    (auth / "token").write_text(SECRET)
    target.seen.clear()
    install(context_of(target.url))
    environment = Environment(host=target.url)
    environment.create_local_runner()
    events.init.fire(environment=environment)
    type("Visitor", (HttpUser,), {"host": target.url})(environment).client.get("/")
    environment.stats.log_error("GET", "/", ValueError(f"sent {SECRET}"))
    assert target.seen[0]["authorization"] == f"Bearer {SECRET}"
    assert [error.error for error in environment.stats.errors.values()] == ["ValueError('sent [redacted]')"]


@pytest.mark.parametrize(
    ("files", "host", "line"),
    [
        ({"username": "ann"}, "", "{auth}/password: is missing, but username is there; give both or neither"),
        ({}, "http://ann:b@x", "loadTest.host: contains a user name; write it to auth.username and auth.password"),
    ],
)
def test_wrong_credentials_end_the_process_before_it_begins(
    auth: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], host: str, line: str
) -> None:
    for name, text in files.items():
        (auth / name).write_text(text)
    with pytest.raises(SystemExit) as ended:
        install(context_of(host))
    assert ended.value.code == BAD_INPUT_EXIT_CODE
    assert capsys.readouterr().err.splitlines()[0].startswith(f"swarmfile: {line.format(auth=auth)}")


def test_a_host_with_a_password_among_locusts_arguments_is_refused_too(auth: Path, events: Events) -> None:
    install(Context())
    with pytest.raises(SystemExit) as ended:
        events.init.fire(environment=Environment(host="http://ann:b@x"))
    assert ended.value.code == BAD_INPUT_EXIT_CODE
