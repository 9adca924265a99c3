"""The shop's pages do what their names say."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from demo.process import RunningTarget


def fetch(target: RunningTarget, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    try:
        with urlopen(Request(target.url + path, data=body), timeout=60) as response:
            return response.status, response.read()
    except HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/", 200, b"Demo shop"),
        ("/products", 200, b"/products/100"),
        ("/products/42", 200, b"Product 42"),
        ("/products/101", 404, b"no such product"),
        ("/search", 200, b"/products/100"),
        ("/cart", 200, b"empty"),
        ("/checkout", 200, b"Checkout"),
        ("/slow?ms=1", 200, b"After 1 ms"),
        ("/slow?ms=soon", 400, b"ms=soon: write a number"),
        ("/flaky?rate=0", 200, b"worked"),
        ("/flaky?rate=1", 500, b"chosen to fail"),
        ("/pool", 200, b"place"),
        ("/bytes?n=3", 200, b"xxx"),
    ],
)
def test_a_page(target: RunningTarget, path: str, status: int, text: bytes) -> None:
    answered, body = fetch(target, path)
    assert answered == status
    assert text in body


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/cart", b'{"product": "7"}', 201),
        ("/cart", b'{"product": "seven"}', 422),
        ("/orders", b'{"a": 1, "b": 2}', 201),
        ("/orders", b"a, b", 400),
    ],
)
def test_a_posted_body(target: RunningTarget, path: str, body: bytes, status: int) -> None:
    assert fetch(target, path, body)[0] == status


def test_echo_tells_what_arrived(target: RunningTarget) -> None:
    told = json.loads(fetch(target, "/echo?a=1", b"hello")[1])
    assert (told["method"], told["target"], told["body_bytes"]) == ("POST", "/echo?a=1", 5)


def test_the_pool_serves_ten_at_a_time(target: RunningTarget) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(50) as clients:
        statuses = [status for status, _ in clients.map(lambda _: fetch(target, "/pool"), range(50))]
    assert statuses == [200] * 50
    # Fifty visits of 20 ms in ten places cannot be done in less.
    assert time.monotonic() - began >= 0.1


def test_the_search_serves_two_at_a_time(target: RunningTarget) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(10) as clients:
        statuses = [status for status, _ in clients.map(lambda _: fetch(target, "/search"), range(10))]
    assert statuses == [200] * 10
    # Ten searches of 40 ms in two places cannot be done in less.
    assert time.monotonic() - began >= 0.2
