"""Streams, bodies that nobody keeps, and times."""

from lib.http_user import SwarmHttpUser

from tests.unit.lib.scripted_server import HANG, Scripted, response


def test_a_body_that_is_discarded_is_counted(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"x" * 1000))
    got = user.client.get("/", discard_body=True)
    assert (got.content, got.length) == (b"", 1000)
    user.client.discard_bodies = True
    assert user.client.get("/").content == b""
    assert user.environment.stats.total.total_content_length == 2000


def test_connect_and_first_byte_times_are_told(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\n", b"Content-Length: 0\r\n\r\n"])
    first, second = user.client.get("/"), user.client.get("/")
    assert first.connect_ms is not None
    assert 0 < first.connect_ms < first.elapsed.total_seconds() * 1000
    assert second.connect_ms is None
    assert 0 < second.first_byte_ms < second.elapsed.total_seconds() * 1000


def test_a_stream_is_read_as_it_comes(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n",
            b"one\ntwo\r\n",
            b"end",
        ]
    )
    got = user.client.get("/", stream=True)
    assert list(got.iter_lines()) == [b"one", b"two", b"end"]
    assert user.client.get("/", stream=True).content == b"one\ntwo\r\nend"
    assert server.connections == 1
    assert user.environment.stats.total.total_content_length == 24


def test_a_stream_that_is_left_gives_no_connection_back(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", b"one\ntwo\r\n", HANG], response(b"ok"))
    got = user.client.get("/", stream=True)
    got.close()
    assert got.content is None
    assert user.client.get("/").content == b"ok"
    assert server.connections == 2


def test_lines_of_a_stream_can_be_asked_for_at_once(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", b"a\n", b"\xc3\xa4\nc"])
    assert list(user.client.iter_lines("/")) == ["a", "ä", "c"]
