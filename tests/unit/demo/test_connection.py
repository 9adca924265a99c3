"""Connections stay open, answer in order, and give back their memory."""

import re
import socket
from collections.abc import Callable

import pytest

from demo.process import RunningTarget

Exchange = Callable[[bytes], bytes]
Connect = Callable[[], socket.socket]
LAST = b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"


def statuses(answer: bytes) -> list[int]:
    return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]


def test_pipelined_requests_are_answered_in_order_though_the_first_is_the_slowest(exchange: Exchange) -> None:
    order = b"".join(b"GET /slow?ms=%d HTTP/1.1\r\n\r\n" % wait_ms for wait_ms in (60, 30, 0))
    titles = re.findall(rb"After (\d+) ms", exchange(order + LAST))
    assert titles == [b"60", b"30", b"0"]


@pytest.mark.parametrize(
    ("request_text", "stays_open"),
    [
        (b"GET /health HTTP/1.1\r\n\r\n", True),
        (b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", False),
        (b"GET /health HTTP/1.0\r\n\r\n", False),
        (b"GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", True),
        (b"rubbish\r\n\r\n", False),
    ],
)
def test_the_client_decides_whether_the_connection_stays(
    exchange: Exchange, request_text: bytes, stays_open: bool
) -> None:
    answer = exchange(request_text + LAST)
    assert len(statuses(answer)) == (2 if stays_open else 1)


def test_head_has_the_length_but_not_the_body(exchange: Exchange) -> None:
    head, _, body = exchange(b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n").partition(b"\r\n\r\n")
    assert body == b""
    assert int(re.findall(rb"Content-Length: (\d+)", head)[0]) > 50


def test_a_body_is_invited_where_the_client_waits_for_that(connect: Connect) -> None:
    client = connect()
    client.sendall(b"POST /echo HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
    assert client.recv(100).startswith(b"HTTP/1.1 100 ")
    client.sendall(b"hello")
    assert b'"body_bytes": 5' in b"".join(iter(lambda: client.recv(65536), b""))


def test_a_large_body_arrives_whole(exchange: Exchange) -> None:
    body = b"z" * 3_000_000
    answer = exchange(b"POST /echo HTTP/1.1\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n" + body)
    assert b'"body_bytes": 3000000' in answer


def test_a_client_that_asks_and_does_not_read_is_answered_no_further(connect: Connect, target: RunningTarget) -> None:
    client = connect()
    target.forget()
    client.sendall(b"GET /bytes?n=1000000 HTTP/1.1\r\n\r\n" * 500)
    while not target.counts()["total"]:
        pass
    # The answers to 500 such requests are 500 MB: the target stops at what the sockets' buffers hold.
    assert target.counts()["total"] < 100


def test_a_client_that_leaves_takes_nothing_with_it(connect: Connect, target: RunningTarget) -> None:
    target.forget()
    client = connect()
    client.sendall(b"GET /slow?ms=60000 HTTP/1.1\r\n\r\n")
    while not (counts := target.counts())["total"]:
        pass
    client.close()
    assert (counts["total"], counts["answered"]) == (1, 0)
    assert target.process.poll() is None
