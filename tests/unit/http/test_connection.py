"""Real connections to a server that answers, falls silent and closes as scripted."""

from collections.abc import Callable

import gevent
import pytest

from swarmfile.http.connection import StaleConnectionError
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.corpus import BROKEN, CUT, LEGAL
from tests.unit.http.scripted_server import CLOSE, HANG, RESET, Answer, Request, Scripted, response
from tests.unit.http.swarm_user import eventually, idle_connections, new_user


def pieces_of(answer: bytes) -> list[bytes | str]:
    """The answer in three pieces, then the end of the connection."""
    third = max(len(answer) // 3, 1)
    return [piece for piece in (answer[:third], answer[third : 2 * third], answer[2 * third :]) if piece] + [CLOSE]


@pytest.mark.parametrize(("answer", "status", "body"), LEGAL.values(), ids=LEGAL)
def test_a_legal_response_arrives(
    server: Scripted, user: SwarmHttpUser, answer: bytes, status: int, body: bytes
) -> None:
    server.answers(pieces_of(answer))
    got = user.client.get("/")
    assert (got.error, got.status_code, got.content) == (None, status, body)


@pytest.mark.parametrize(("answer", "reason"), [*BROKEN.values(), *CUT.values()], ids=[*BROKEN, *CUT])
def test_a_broken_response_is_a_failure(server: Scripted, user: SwarmHttpUser, answer: bytes, reason: str) -> None:
    server.answers(pieces_of(answer))
    got = user.client.get("/")
    assert (got.status_code, got.content, got.text, got.ok) == (0, None, "", False)
    assert reason in str(got.error)
    assert user.environment.stats.total.num_failures == 1


def test_a_connection_is_kept_for_the_next_request(server: Scripted, user: SwarmHttpUser) -> None:
    for _ in range(3):
        user.client.get("/")
    assert [each.connection for each in server.seen] == [1, 1, 1]


@pytest.mark.parametrize(
    "answer",
    [
        response(b"ok", Connection="close"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        response(b"ok") + b"rubbish behind it",
        b"HTTP/1.1 204 No Content\r\n\r\nrubbish",
    ],
)
def test_a_connection_that_cannot_be_trusted_is_not_used_again(
    server: Scripted, user: SwarmHttpUser, answer: bytes
) -> None:
    server.answers(answer)
    assert user.client.get("/").ok
    assert user.client.get("/").ok
    assert [each.connection for each in server.seen] == [1, 2]


def test_a_body_that_answers_head_against_the_rules_is_not_taken(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"against the rules"))
    assert [user.client.head("/").content for _ in range(2)] == [b"", b""]
    assert server.connections == 2


def test_rubbish_between_responses_ends_the_connection_without_a_failure(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([response(b"ok"), b"rubbish"], response(b"ok"))
    assert user.client.get("/").ok
    eventually(lambda: all(connection.closed for connection in idle_connections(user)))
    assert user.client.get("/").content == b"ok"
    assert server.connections == 2


def test_a_connection_closed_in_the_pool_is_noticed_before_a_post_is_sent(
    server: Scripted, user: SwarmHttpUser
) -> None:
    server.answers([response(b"ok"), CLOSE], response(b"ok"))
    user.client.get("/")
    eventually(lambda: all(connection.closed for connection in idle_connections(user)))
    assert user.client.post("/", data=b"once").ok
    assert [each.method for each in server.seen] == ["GET", "POST"]


def answers_then_ends(how: str) -> Callable[[Request], Answer]:
    """Answers a connection's first request, and ends it silently at its second."""
    served: set[int] = set()

    def answer(request: Request) -> list[bytes | str]:
        if request.connection in served:
            return [how]
        served.add(request.connection)
        return [response(b"ok")]

    return answer


@pytest.mark.parametrize("how", [CLOSE, RESET])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_a_stale_connection_is_replaced_for_what_may_be_sent_twice(
    server: Scripted, user: SwarmHttpUser, method: str, how: str
) -> None:
    server.answer = answers_then_ends(how)
    user.client.get("/")
    assert user.client.request(method, "/").ok
    assert [each.connection for each in server.seen[-2:]] == [1, 2]


@pytest.mark.parametrize("how", [CLOSE, RESET])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_request_that_may_not_be_sent_twice_fails(
    server: Scripted, user: SwarmHttpUser, method: str, how: str
) -> None:
    server.answer = answers_then_ends(how)
    user.client.get("/")
    got = user.client.request(method, "/", data=b"once")
    assert got.status_code == 0
    assert not isinstance(got.error, StaleConnectionError)
    assert len(server.seen) == 2


def test_a_fresh_connection_that_ends_is_a_failure_and_not_tried_again(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([RESET])
    assert "Connection reset by peer" in repr(user.client.get("/").error)
    assert len(server.seen) == 1


def test_a_response_that_began_is_not_asked_for_again(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"ok"), [b"HTTP/1.1 200", CLOSE])
    user.client.get("/")
    assert "within the response's head" in str(user.client.get("/").error)
    assert len(server.seen) == 2


def test_a_silent_server_is_a_failure_after_the_timeout(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([HANG])
    assert type(user.client.get("/", timeout=(5, 0.05)).error).__name__ == "ReadTimeout"


def test_a_server_that_falls_silent_is_a_failure_after_the_timeout(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", HANG])
    assert type(user.client.get("/", timeout=(5, 0.05)).error).__name__ == "ReadTimeout"


def test_the_timeout_for_all_of_it_ends_a_response_that_drips(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"ok"), [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *[b"x"] * 500])
    # On a kept connection, since the time to connect would count, too.
    user.client.get("/")
    assert type(user.client.get("/", timeout=(1, 1, 0.1)).error).__name__ == "ReadTimeout"


def test_a_shorter_timeout_counts_on_a_kept_connection(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"ok"), [HANG])
    user.client.get("/")
    assert type(user.client.get("/", timeout=0.05).error).__name__ == "ReadTimeout"
    assert server.connections == 1


def test_a_large_body_is_sent_while_the_server_reads_slowly(server: Scripted, user: SwarmHttpUser) -> None:
    body = b"x" * 3_000_000
    assert user.client.post("/", data=body).ok
    assert server.seen[0].body == body


def test_an_answer_before_the_whole_body_was_sent_counts(user: SwarmHttpUser) -> None:
    def refuse(socket: gevent.socket.socket, _: object) -> None:
        socket.recv(1000)
        socket.sendall(response(b"too large", "413 Payload Too Large", Connection="close"))
        gevent.sleep(30)

    impatient = gevent.server.StreamServer(("127.0.0.1", 0), refuse)
    impatient.start()
    try:
        got = user.client.post(f"http://127.0.0.1:{impatient.server_port}/", data=b"x" * 30_000_000)
        assert (got.status_code, got.content) == (413, b"too large")
    finally:
        impatient.stop(timeout=0)


def test_a_connection_whose_server_did_not_take_the_whole_request_is_not_used_again(user: SwarmHttpUser) -> None:
    def refuse(socket: gevent.socket.socket, _: object) -> None:
        socket.recv(1000)
        socket.sendall(response(b"too large", "413 Payload Too Large"))
        gevent.sleep(30)

    impatient = gevent.server.StreamServer(("127.0.0.1", 0), refuse)
    impatient.start()
    try:
        assert user.client.post(f"http://127.0.0.1:{impatient.server_port}/", data=b"x" * 30_000_000).status_code == 413
        assert idle_connections(user) == []
    finally:
        impatient.stop(timeout=0)


def test_the_users_timeout_for_all_of_it_counts_without_options(server: Scripted) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *[b"x"] * 500])
    user = new_user(server.url, total_timeout=0.3)
    assert type(user.client.get("/").error).__name__ == "ReadTimeout"
    assert type(user.client.post("/", json={}).error).__name__ == "ReadTimeout"
