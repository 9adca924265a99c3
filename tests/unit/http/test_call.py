"""Streams, bodies that nobody keeps or that are too long, and times."""

import gzip

import pytest

from swarmfile.http.errors import BodyTooLargeError
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import HANG, Scripted, response


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


KIB_100 = 100 << 10
CHUNK = b"10000\r\n" + bytes(1 << 16) + b"\r\n"
ENDLESS = {
    "by its length": [b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n", bytes(1 << 16), HANG],
    "by chunks": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[CHUNK] * 3, HANG],
    "until the connection closes": [b"HTTP/1.1 200 OK\r\n\r\n", *[bytes(1 << 16)] * 3, HANG],
    "of a redirect": [b"HTTP/1.1 302 F\r\nLocation: /\r\nTransfer-Encoding: chunked\r\n\r\n", *[CHUNK] * 3, HANG],
}


@pytest.mark.parametrize("answer", ENDLESS.values(), ids=ENDLESS)
def test_a_body_without_end_is_a_failure_that_names_the_setting(
    server: Scripted, user: SwarmHttpUser, answer: list[bytes | str]
) -> None:
    server.answers(answer)
    user.client.max_body_bytes = KIB_100
    got = user.client.get("/")
    assert repr(got.error) == ('BodyTooLargeError("the response\'s body is more than 100 KiB, see max_body_bytes")')
    assert user.environment.stats.total.num_failures == 1
    # What is left of it would be taken for the next answer.
    assert user.client.pool.unused == []


def test_a_body_that_inflates_is_limited_too(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(gzip.compress(bytes(KIB_100 + 1)), Content_Encoding="gzip"))
    user.client.max_body_bytes = KIB_100
    assert isinstance(user.client.get("/").error, BodyTooLargeError)
    user.client.max_body_bytes = None
    assert user.client.max_body_bytes is None
    assert user.client.get("/").content == bytes(KIB_100 + 1)


def test_the_limit_reaches_connections_that_are_open(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"ok"), response(bytes(1 << 20)))
    user.client.get("/")
    user.client.max_body_bytes = KIB_100
    assert isinstance(user.client.get("/").error, BodyTooLargeError)
    assert server.connections == 1


def test_what_is_not_kept_is_not_limited(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(bytes(1 << 20)))
    user.client.max_body_bytes = KIB_100
    assert user.client.get("/", discard_body=True).length == 1 << 20
    assert sum(map(len, user.client.get("/", stream=True).iter_content(4096))) == 1 << 20
    assert user.environment.stats.total.num_failures == 0


def test_what_is_kept_of_a_stream_is_limited(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(bytes(1 << 20)))
    user.client.max_body_bytes = KIB_100
    with pytest.raises(BodyTooLargeError):
        user.client.get("/", stream=True).content  # noqa: B018 - it reads
    with pytest.raises(BodyTooLargeError):
        list(user.client.get("/", stream=True).iter_lines())
