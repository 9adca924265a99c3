"""What a script sets once for all requests, beside HttpUser where both can be asked."""

from typing import Any

import pytest
from locust import HttpUser

from swarmfile.http.errors import ConnectionError  # noqa: A004 - the name that scripts know from requests
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Scripted, response
from tests.unit.http.swarm_user import listen, new_environment, new_user

# Locust's users and ours have no type in common.
Either = Any


@pytest.fixture(params=["ours", "HttpUser"])
def either(request: pytest.FixtureRequest, server: Scripted) -> Either:
    """A user of either class: both must do the same."""
    if request.param == "ours":
        return new_user(server.url)
    return type("Other", (HttpUser,), {"host": server.url})(new_environment())


def test_params_of_the_client_join_those_of_a_request(server: Scripted, either: Either) -> None:
    either.client.params.update({"key": "k", "lang": "de"})
    either.client.get("/a", params={"q": "1", "lang": None})
    either.client.params = {"key": "other"}
    either.client.get("/a?x=1")
    assert [each.target for each in server.seen] == ["/a?key=k&q=1", "/a?x=1&key=other"]


def test_hooks_see_each_response(server: Scripted, either: Either) -> None:
    server.answers(response(status="302 Found", Location="/there"), response(), response(), response())
    seen: list[Any] = []
    either.client.hooks["response"].append(lambda got, **_: seen.append(got.status_code))
    either.client.get("/here")
    either.client.get("/own", hooks={"response": lambda *_, **__: seen.append("own")})
    either.client.hooks = {"response": [lambda *_, **options: seen.append(sorted(options))]}
    either.client.get("/all")
    assert seen == [302, 200, "own", ["cert", "proxies", "stream", "timeout", "verify"]]


def test_a_hook_that_raises_for_the_status_fails_the_request(server: Scripted, either: Either) -> None:
    server.answers(response(status="500 Oops"))
    events = listen(either.environment)
    either.client.hooks = {"response": [lambda got, **_: got.raise_for_status()]}
    got = either.client.get("/here")
    assert (got.status_code, type(got.error).__name__) == (0, "HTTPError")
    assert [type(each["exception"]).__name__ for each in events] == ["HTTPError"]


def test_a_hook_of_another_event_is_refused(user: SwarmHttpUser) -> None:
    with pytest.raises(ValueError, match="hooks: 'request' never happens"):
        user.client.hooks = {"request": print}


def test_bodies_of_a_streaming_client_are_read_when_they_are_asked_for(server: Scripted, either: Either) -> None:
    server.answers(response(b"hello"))
    either.client.stream = True
    with either.client.get("/", catch_response=True) as got:
        assert got.content == b"hello"


@pytest.mark.parametrize("timeout", [None, 5, (3, None)])
def test_a_timeout_may_be_none(server: Scripted, user: SwarmHttpUser, timeout: object) -> None:
    assert user.client.get("/", timeout=timeout).status_code == 200


@pytest.mark.parametrize("timeout", ["5", 0, -1, (0, 5)])
def test_a_timeout_that_is_no_number_of_seconds_is_refused(user: SwarmHttpUser, timeout: object) -> None:
    with pytest.raises(ValueError, match="write seconds above zero, or None for no limit"):
        user.client.get("/", timeout=timeout)


def test_an_option_that_there_is_not_is_refused_by_its_name(user: SwarmHttpUser) -> None:
    with pytest.raises(TypeError, match=r"SwarmHttpUser's request\(\) got an unexpected keyword argument 'foo'"):
        user.client.get("/", foo=1)


def test_a_target_that_is_away_raises_what_requests_raises_and_what_the_system_says() -> None:
    user = new_user("http://127.0.0.1:1")
    events = listen(user.environment)
    got = user.client.get("/")
    with pytest.raises(ConnectionError, match=r"\[Errno 111\] Connection refused"):
        got.raise_for_status()
    with pytest.raises(ConnectionRefusedError):
        got.raise_for_status()
    assert [type(each["exception"]).__name__ for each in events] == ["ConnectionRefusedError"]
