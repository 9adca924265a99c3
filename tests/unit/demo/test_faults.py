"""The target misbehaves exactly as told, and behaves again when told or when the time is over."""

import http.client
import signal
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import gevent
import pytest

from demo.faults import Dropped, Faults, Mode, Share
from demo.process import RunningTarget
from tests.waiting import wait_until

Connect = Callable[[], socket.socket]


@pytest.fixture(autouse=True)
def behaves_again(target: RunningTarget) -> Iterator[None]:
    yield
    wait_until_it_answers(target)
    target.fault("ok")
    target.forget()


def wait_until_it_answers(target: RunningTarget) -> None:
    wait_until(lambda: is_healthy(target), lambda: "the target answers", 30)


def is_healthy(target: RunningTarget) -> bool:
    with suppress(URLError, ConnectionError):
        return status(target, "/health") == 200
    return False


def refused(target: RunningTarget) -> bool:
    try:
        urlopen(target.url + "/", timeout=30)
    except URLError as error:
        return isinstance(error.reason, ConnectionRefusedError)
    except ConnectionError:
        return False
    return False


def status(target: RunningTarget, path: str = "/") -> int:
    try:
        return int(urlopen(target.url + path, timeout=30).status)
    except HTTPError as error:
        return error.code


def test_errors_come_at_the_wanted_rate(target: RunningTarget) -> None:
    target.fault("errors", rate=0.25)
    assert [status(target) for _ in range(8)] == [200, 200, 200, 500] * 2


def test_a_stall_holds_requests_and_then_answers_all(target: RunningTarget) -> None:
    began = time.monotonic()
    target.fault("stall", for_s=0.3)
    assert status(target) == 200
    assert time.monotonic() - began >= 0.3
    assert target.counts()["by_status"] == {"200": 1}


def test_a_hang_answers_nothing_and_ends_by_dropping_the_connection(target: RunningTarget) -> None:
    target.fault("hang")
    with ThreadPoolExecutor() as client:
        answer = client.submit(status, target)
        wait_until(lambda: target.counts()["total"], lambda: "a request")
        target.fault("ok")
        with pytest.raises(http.client.RemoteDisconnected):
            answer.result()
    assert (target.counts()["total"], target.counts()["answered"]) == (1, 0)


def test_a_request_that_comes_with_the_end_of_a_stall_is_answered(connect: Connect, target: RunningTarget) -> None:
    client, other = connect(), connect()
    for each in (client, other):
        each.sendall(b"HEAD /health HTTP/1.1\r\n\r\n")
        assert each.recv(65536).endswith(b"\r\n\r\n")
    target.fault("stall")
    # Both come in while the target sleeps, so it sees them at once.
    target.process.send_signal(signal.SIGSTOP)
    client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    other.sendall(b'POST /admin/faults HTTP/1.1\r\nContent-Length: 14\r\n\r\n{"mode": "ok"}')
    target.process.send_signal(signal.SIGCONT)
    assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("mode", "later", "dropped"),
    [
        (Mode.STALL, (Mode.OK,), False),
        (Mode.STALL, (Mode.HANG,), False),
        (Mode.STALL, (Mode.OK, Mode.STALL), False),
        (Mode.HANG, (Mode.OK,), True),
        (Mode.HANG, (Mode.STALL,), True),
        (Mode.HANG, (Mode.OK, Mode.HANG), True),
    ],
)
def test_what_counts_is_the_fault_in_which_a_request_came(mode: Mode, later: tuple[Mode, ...], dropped: bool) -> None:
    faults = Faults()
    faults.begin(mode)
    held = gevent.spawn(faults.hold)
    gevent.sleep(0)
    for each in later:
        faults.begin(each)
    held.join(30)
    assert (held.dead, isinstance(held.exception, Dropped)) == (True, dropped)


def test_the_time_of_an_earlier_order_ends_no_later_one() -> None:
    faults = Faults()
    faults.begin(Mode.STALL, 0.001)
    faults.begin(Mode.STALL)
    gevent.sleep(0.01)
    assert faults.mode is Mode.STALL


def test_a_refusal_drops_every_connection(connect: Connect, target: RunningTarget) -> None:
    idle, waiting = connect(), connect()
    waiting.sendall(b"GET /slow?ms=600000 HTTP/1.1\r\n\r\n")
    idle.sendall(b"GET /health HTTP/1.1\r\n\r\n")
    wait_until(lambda: target.counts()["total"], lambda: "a request")
    target.fault("refuse", for_s=0.1)
    assert b"ok" in b"".join(iter(lambda: idle.recv(65536), b""))
    assert waiting.recv(65536) == b""
    wait_until_it_answers(target)
    assert (target.counts()["total"], target.counts()["answered"]) == (1, 0)


def test_a_refusal_closes_the_port_for_a_while(target: RunningTarget) -> None:
    target.fault("refuse", for_s=3)
    wait_until(lambda: refused(target), lambda: "the target refuses", 30, poll_s=0)
    wait_until_it_answers(target)
    assert status(target) == 200


def test_health_and_controls_answer_during_a_fault(target: RunningTarget) -> None:
    target.fault("hang")
    assert status(target, "/health") == 200
    assert status(target, "/admin/faults") == 200


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"mode": "sleep"}', b"write one of ok, errors, stall, hang, flood, bomb, head, refuse"),
        (b'{"mode": "refuse"}', b"for_s"),
        (b'{"mode": "stall", "for_s": "1"}', b"for_s: write a number"),
        (b'{"mode": "errors", "rate": -1}', b"rate: write a number"),
    ],
)
def test_a_wrong_order_is_refused_with_the_right_word(target: RunningTarget, body: bytes, word: bytes) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(target.url + "/admin/faults", data=body), timeout=30)
    assert word in refused.value.read()


@pytest.mark.parametrize(("rate", "chosen"), [(0, 0), (0.01, 10), (0.1, 100), (1 / 3, 333), (1, 1000)])
def test_a_share_is_exact(rate: float, chosen: int) -> None:
    share = Share()
    assert sum(share.picks(rate) for _ in range(1000)) == chosen


def first_bytes(target: RunningTarget, size: int) -> bytes:
    """The start of an answer, with its head; fewer only when it ends."""
    address = urlsplit(target.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: demo\r\n\r\n")
        received = b""
        while len(received) < size and (piece := client.recv(1 << 20)):
            received += piece
        return received


@pytest.mark.parametrize(("mode", "has_body"), [("flood", True), ("head", False)])
def test_an_answer_may_have_no_end(target: RunningTarget, mode: str, has_body: bool) -> None:
    target.fault(mode)
    received = first_bytes(target, 2 << 20)
    assert len(received) >= 2 << 20
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert (b"\r\n\r\n" in received) == has_body


def test_a_bomb_is_small_until_it_is_inflated(target: RunningTarget) -> None:
    target.fault("bomb")
    with urlopen(target.url + "/", timeout=30) as answer:
        body = answer.read()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(body) < 300_000
    assert len(zlib.decompress(body, 31)) == 200 << 20
