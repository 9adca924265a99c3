"""Users as Locust creates them; each test's classes are its own, since equipping changes a class for good."""

import logging
from collections.abc import Callable

import pytest
from locust import HttpUser, User
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment

from swarmfile.clients import users as credentials_users
from swarmfile.clients.users import equip_users, refuse_host_with_credentials, tell_of_requests_in_flight
from swarmfile.credentials.files import Credentials, CredentialsError
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.mirror_server import Mirror

SECRET = Credentials(headers=(("Authorization", "Bearer canary"),))
Equip = Callable[[Credentials, str | None], None]


@pytest.fixture
def equip(monkeypatch: pytest.MonkeyPatch, target: Mirror, other: Mirror) -> Equip:
    for user_class in (HttpUser, FastHttpUser, SwarmHttpUser):
        monkeypatch.setattr(user_class, "__init__", user_class.__init__)
    monkeypatch.setattr(credentials_users, "_warned", set())
    target.seen.clear()
    other.seen.clear()
    return equip_users


def get(user_class: type[HttpUser] | type[FastHttpUser] | type[SwarmHttpUser], host: str) -> None:
    type("Tested", (user_class,), {"host": host})(Environment()).client.get("/")


@pytest.mark.parametrize("user_class", [HttpUser, FastHttpUser, SwarmHttpUser])
def test_users_of_every_kind_carry_the_credentials(
    equip: Equip, target: Mirror, user_class: type[HttpUser] | type[FastHttpUser] | type[SwarmHttpUser]
) -> None:
    equip(SECRET, target.url)
    get(user_class, target.url)
    assert target.seen[0]["authorization"] == "Bearer canary"


def test_without_a_host_in_the_definition_each_user_s_own_is_tested(equip: Equip, target: Mirror) -> None:
    equip(SECRET, None)
    get(HttpUser, target.url)
    assert target.seen[0]["authorization"] == "Bearer canary"


@pytest.mark.parametrize("user_class", [HttpUser, FastHttpUser, SwarmHttpUser])
def test_a_host_that_was_typed_into_the_web_ui_gets_no_credentials_and_a_warning(
    equip: Equip,
    target: Mirror,
    other: Mirror,
    caplog: pytest.LogCaptureFixture,
    user_class: type[HttpUser] | type[FastHttpUser] | type[SwarmHttpUser],
) -> None:
    equip(SECRET, target.url)
    with caplog.at_level(logging.WARNING):
        get(user_class, other.url)
        get(user_class, other.url)
    assert all("authorization" not in each for each in other.seen)
    assert caplog.messages == [
        f"swarmfile: credentials are not sent to {other.url}: the test definition's host is {target.url}"
    ]


@pytest.mark.parametrize("user_class", [HttpUser, FastHttpUser, SwarmHttpUser])
def test_users_of_every_kind_go_through_the_environments_proxy(
    equip: Equip,
    target: Mirror,
    other: Mirror,
    monkeypatch: pytest.MonkeyPatch,
    user_class: type[HttpUser] | type[FastHttpUser] | type[SwarmHttpUser],
) -> None:
    monkeypatch.setenv("http_proxy", other.url)
    monkeypatch.setenv("no_proxy", "localhost")
    equip(Credentials(), None)
    get(user_class, "http://through.example")
    get(user_class, target.url)
    assert [each["path"].replace(":80/", "/") for each in other.seen] == ["http://through.example/"]
    assert [each["path"] for each in target.seen] == ["/"]


def test_a_client_that_a_script_sets_itself_is_left_alone(equip: Equip, target: Mirror) -> None:
    class Own(HttpUser):
        def __init__(self, environment: Environment) -> None:
            super().__init__(environment)
            self.client.auth = ("ann", "own")

    equip(SECRET, target.url)
    get(Own, target.url)
    assert target.seen[0]["authorization"] == "Basic YW5uOm93bg=="


def test_a_host_with_a_password_is_refused_without_naming_it() -> None:
    with pytest.raises(CredentialsError, match=r"^loadTest\.host: contains a user name; write it to auth\.") as raised:
        refuse_host_with_credentials("https://ann:canary@example.com")
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize("host", [None, "", "https://example.com", "https://example.com/a@b"])
def test_other_hosts_pass(host: str | None) -> None:
    refuse_host_with_credentials(host)


@pytest.mark.parametrize(
    ("user_classes", "tell"),
    [((HttpUser, FastHttpUser, SwarmHttpUser), True), ((HttpUser, User), False)],
    ids=["every kind", "another protocol's"],
)
def test_whose_requests_in_flight_are_known(user_classes: tuple[type[User], ...], tell: bool) -> None:
    assert tell_of_requests_in_flight([type("Tested", (each,), {}) for each in user_classes]) is tell
