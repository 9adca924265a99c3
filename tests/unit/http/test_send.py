"""What Locust and its listeners are told of a request."""

import json

import pytest
from locust.exception import CatchResponseError, LocustError

from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Scripted, response
from tests.unit.http.swarm_user import listen


def test_nobody_listening_reads_as_in_locust(user: SwarmHttpUser) -> None:
    got = user.client.get("http://127.0.0.1:1/")
    assert repr(got.error) == "ConnectionRefusedError(111, 'Connection refused')"


def test_an_unknown_host_is_a_failure(user: SwarmHttpUser) -> None:
    assert type(user.client.get("http://nowhere.invalid/").error).__name__ == "gaierror"


def test_rest_without_a_response_is_a_failure(user: SwarmHttpUser) -> None:
    with user.rest("GET", "http://127.0.0.1:1/") as got:
        assert got.js is None
    assert user.environment.stats.total.num_failures == 1


def test_a_with_block_decides(server: Scripted, user: SwarmHttpUser) -> None:
    events = listen(user.environment)
    server.answers(response(b"", "404 Not Found"))
    with user.client.get("/", catch_response=True) as got:
        got.success()
    with user.client.get("/", catch_response=True) as got:
        got.failure("no such thing")
    with user.client.get("/", catch_response=True):
        pass
    assert [repr(event["exception"]) for event in events] == [
        "None",
        repr(CatchResponseError("no such thing")),
        "HTTPError('404 Client Error: Not Found for url: /')",
    ]


def test_an_exception_within_a_with_block_goes_on(server: Scripted, user: SwarmHttpUser) -> None:
    with pytest.raises(ZeroDivisionError), user.client.get("/", catch_response=True):
        raise ZeroDivisionError
    assert user.environment.stats.total.num_requests == 0


def test_a_verdict_without_a_with_block_is_refused(user: SwarmHttpUser) -> None:
    with pytest.raises(LocustError, match="catch_response"), user.client.get("/"):
        pass
    with pytest.raises(LocustError, match="with-block"):
        user.client.get("/").success()
    with pytest.raises(LocustError, match="with-block"):
        user.client.get("/", catch_response=True).failure("x")


def test_a_changed_name_in_a_with_block_counts(server: Scripted, user: SwarmHttpUser) -> None:
    with user.client.get("/item/1", catch_response=True) as got:
        got.request_meta["name"] = "/item/[id]"
    assert list(user.environment.stats.entries) == [("/item/[id]", "GET")]


def test_a_listener_gets_all_of_the_event(server: Scripted, user: SwarmHttpUser) -> None:
    user.context = lambda: {"user": 1, "both": "user"}  # type: ignore[method-assign]
    events = listen(user.environment)
    user.client.get("/")
    user.client.get("/", context={"both": "request"})
    user.client.post("/", json=[1])
    got = events[0]
    assert {key: got[key] for key in ("request_type", "name", "exception", "response_length", "url")} == {
        "request_type": "GET",
        "name": "/",
        "exception": None,
        "response_length": 2,
        "url": f"{server.url}/",
    }
    assert got["response"].text == "ok"
    assert got["response_time"] > 0
    assert [event["context"]["both"] for event in events] == ["user", "request", "user"]
    assert json.loads(events[2]["response"].request.body) == [1]


def test_an_error_reaches_the_listener_with_its_response(server: Scripted, user: SwarmHttpUser) -> None:
    events = listen(user.environment)
    server.answers(response(b"sorry", "503 Busy"))
    user.client.get("/")
    assert str(events[0]["exception"]) == "503 Server Error: Busy for url: /"
    assert events[0]["response"].text == "sorry"
    with pytest.raises(Exception, match="503 Server Error"):
        events[0]["response"].raise_for_status()


def test_a_with_block_may_say_that_there_is_no_time(server: Scripted, user: SwarmHttpUser) -> None:
    with user.client.get("/", catch_response=True) as got:
        got.request_meta["response_time"] = None
    entry = user.environment.stats.entries["/", "GET"]
    assert (entry.num_requests, entry.num_none_requests) == (1, 1)
