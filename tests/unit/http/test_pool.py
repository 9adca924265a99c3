from math import inf

import gevent
import pytest
import urllib3

from swarmfile.http.pool import Timeouts, is_any_waiting
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import HANG, Scripted, response
from tests.unit.http.swarm_user import eventually


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, Timeouts(inf, inf, 3)),
        (urllib3.Timeout(connect=4, read=None), Timeouts(4, inf, 3)),
        (5, Timeouts(5, 5, 3)),
        ((5, 6), Timeouts(5, 6, 3)),
        ((None, 6), Timeouts(inf, 6, 3)),
        ((5, 6, 7), Timeouts(5, 6, 7)),
    ],
)
def test_a_request_may_have_timeouts_of_its_own(given: object, expected: Timeouts) -> None:
    assert Timeouts(1, 2, 3).override(given) == expected


def test_none_is_no_limit() -> None:
    assert Timeouts.of(None, 1, None) == Timeouts(inf, 1, inf)


def test_several_greenlets_of_one_user_have_a_connection_each(server: Scripted, user: SwarmHttpUser) -> None:
    server.answer = lambda request: [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n", b"\r\n", request.target[1:].encode()]
    greenlets = [gevent.spawn(user.client.get, f"/{number}") for number in range(5)]
    gevent.joinall(greenlets, raise_error=True)
    assert [greenlet.value.text for greenlet in greenlets] == list("01234")


def test_a_killed_user_closes_its_connection_and_counts_nothing(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([HANG], response(b"ok"))
    greenlet = gevent.spawn(user.client.get, "/")
    eventually(lambda: server.seen)
    greenlet.kill()
    assert user.environment.stats.total.num_requests == 0
    assert user.client.get("/").content == b"ok"


def test_whoever_waits_for_an_answer_is_known(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([HANG], response(b"ok"))
    greenlet = gevent.spawn(user.client.get, "/")
    eventually(lambda: server.seen)
    assert user.client.pool.is_waiting
    assert is_any_waiting()
    greenlet.kill()
    user.client.get("/")
    assert not user.client.pool.is_waiting


def test_whoever_waits_for_a_connection_is_known(user: SwarmHttpUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("swarmfile.http.pool.open_connection", lambda *_: gevent.sleep(60))
    greenlet = gevent.spawn(user.client.get, "/")
    eventually(lambda: user.client.pool.is_waiting)
    greenlet.kill()
    assert not user.client.pool.is_waiting


def test_an_old_connection_is_replaced(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.connection_lifetime = 60
    user.client.get("/")
    user.client.get("/")
    user.client.connection_lifetime = 0.001
    gevent.sleep(0.002)
    user.client.get("/")
    assert [each.connection for each in server.seen] == [1, 1, 2]
