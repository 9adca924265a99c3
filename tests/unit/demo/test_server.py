"""Connections stay open and answer in order, and one client does not keep the others waiting."""

import json
import re
import signal
import socket
from collections.abc import Callable
from functools import partial

import pytest

from demo.answers import MAX_BODY_BYTES
from demo.process import RunningTarget
from demo.server import Address

Exchange = Callable[[bytes], bytes]
Connect = Callable[[], socket.socket]
LAST = b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(("host", "text"), [("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")])
def test_an_address_can_be_pasted(host: str, text: str) -> None:
    assert str(Address(host, 80)) == text


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


@pytest.mark.parametrize(
    ("address", "route"), [(b"http://shop/products/7?x=1", "GET /products/{id}"), (b"https://shop", "GET /")]
)
def test_it_may_stand_for_a_proxy(exchange: Exchange, target: RunningTarget, address: bytes, route: str) -> None:
    target.forget()
    assert statuses(exchange(b"GET " + address + b" HTTP/1.1\r\nConnection: close\r\n\r\n")) == [200]
    assert target.counts()["by_route"] == {route: 1}


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


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"rubbish\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET /", 400),
        (b"GET / HTTP/1.1\r\nHost: sh", 400),
        (b"GET / HTTP/1.1\r\nHost: shop\r\n", 400),
        (b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"POST /cart HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /cart HTTP/1.1\r\nContent-Length: 99\r\n\r\n{", 400),
        (b"POST /cart HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST /cart HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"POST /cart HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", 400),
        (b"POST /cart HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nlonger\r\n", 400),
        (b"POST /cart HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n" + b"x" * MAX_BODY_BYTES, 413),
    ],
)
def test_what_is_broken_or_too_long_is_refused_and_not_counted(
    exchange: Exchange, target: RunningTarget, data: bytes, status: int
) -> None:
    target.forget()
    assert statuses(exchange(data)) == [status]
    assert target.counts()["total"] == 0


def test_a_body_of_chunks_ends_where_the_next_request_begins(exchange: Exchange, target: RunningTarget) -> None:
    chunks = b"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n"
    target.forget()
    assert exchange(chunks * 2 + LAST).count(b'"body_bytes": 5') == 2
    assert target.counts()["by_route"] == {"POST /echo": 2}


def test_a_client_that_asks_and_does_not_read_is_answered_no_further(connect: Connect, target: RunningTarget) -> None:
    client = connect()
    target.forget()
    client.sendall(b"GET /bytes?n=1000000 HTTP/1.1\r\n\r\n" * 500)
    while not target.counts()["total"]:
        pass
    # The answers to 500 such requests are 500 MB: the target stops at what the sockets' buffers hold.
    assert target.counts()["total"] < 100


def test_clients_that_ask_without_end_are_served_in_turn(connect: Connect, target: RunningTarget) -> None:
    clients = (connect(), connect())
    for each in clients:
        each.sendall(b"HEAD /health HTTP/1.1\r\n\r\n")
        assert each.recv(65536).endswith(b"\r\n\r\n")
    target.forget()
    # All requests come in while the target sleeps, so it sees them at once.
    target.process.send_signal(signal.SIGSTOP)
    for each in clients:
        each.sendall(b"HEAD / HTTP/1.1\r\n\r\n" * 400 + b"GET /count HTTP/1.1\r\nConnection: close\r\n\r\n")
    target.process.send_signal(signal.SIGCONT)
    answers = [b"".join(iter(partial(each.recv, 65536), b"")) for each in clients]
    assert min(json.loads(each.rpartition(b"\r\n\r\n")[2])["total"] for each in answers) > 700


def test_a_client_that_leaves_takes_nothing_with_it(connect: Connect, target: RunningTarget) -> None:
    target.forget()
    client = connect()
    client.sendall(b"GET /slow?ms=60000 HTTP/1.1\r\n\r\n")
    while not (counts := target.counts())["total"]:
        pass
    client.close()
    assert (counts["total"], counts["answered"]) == (1, 0)
    assert target.process.poll() is None
