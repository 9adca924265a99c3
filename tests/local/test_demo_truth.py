"""The demo target counts exactly what clients sent: the yardstick for a run's own statistics."""

import http.client
import json
import random
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from demo.process import RunningTarget

CLIENTS = 20
REQUESTS_EACH = 250
PATHS = ("/", "/products", "/products/7", "/products/500", "/flaky?rate=0.2", "/slow?ms=1", "/pool", "/nowhere")
ROUTES = {"/products/7": "/products/{id}", "/products/500": "/products/{id}", "/nowhere": "unmatched"}


def address(target: RunningTarget) -> tuple[str, int]:
    parts = urlsplit(target.url)
    return str(parts.hostname), int(parts.port or 0)


def visit(target: RunningTarget, seed: int) -> Counter[tuple[str, int]]:
    """One client on one connection; returns how often it saw which status on which route."""
    choose, seen = random.Random(seed), Counter[tuple[str, int]]()
    client = http.client.HTTPConnection(*address(target), timeout=60)
    for _ in range(REQUESTS_EACH):
        path, method = choose.choice(PATHS), choose.choice(("GET", "GET", "HEAD", "PUT"))
        client.request(method, path, body=iter([b"in ", b"chunks"]) if method == "PUT" else None)
        response = client.getresponse()
        response.read()
        route = ROUTES.get(path, path.partition("?")[0]) if method != "PUT" else "unmatched"
        seen[f"{method} {route}", response.status] += 1
    client.close()
    return seen


def test_many_clients_at_once_are_counted_to_the_request(target: RunningTarget) -> None:
    with ThreadPoolExecutor(CLIENTS) as clients:
        seen = sum(clients.map(lambda seed: visit(target, seed), range(CLIENTS)), Counter[tuple[str, int]]())
    counts = target.counts()
    counted = {
        (route, int(status)): count
        for route, statuses in counts["by_route_status"].items()
        for status, count in statuses.items()
    }
    assert counted == seen
    assert counts["total"] == counts["answered"] == CLIENTS * REQUESTS_EACH


def test_pipelined_requests_are_counted_each(target: RunningTarget) -> None:
    with socket.create_connection(address(target), timeout=60) as client:
        client.sendall(b"GET /products HTTP/1.1\r\n\r\n" * 300)
        client.shutdown(socket.SHUT_WR)
        answers = b"".join(iter(lambda: client.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200 OK") == 300
    assert target.counts()["by_route_status"] == {"GET /products": {"200": 300}}


def test_what_never_arrived_whole_is_not_counted(target: RunningTarget) -> None:
    for part in (
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: sh",
        b"POST /cart HTTP/1.1\r\nContent-Length: 99\r\n\r\n{",
        b"rubbish\r\n\r\n",
    ):
        with socket.create_connection(address(target), timeout=60) as client:
            client.sendall(part)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
    assert target.counts()["total"] == 0


@pytest.mark.parametrize(("rate", "failed"), [(0.01, 50), (0.1, 500), (1, 5000)])
def test_errors_on_demand_are_exact_under_concurrency(target: RunningTarget, rate: float, failed: int) -> None:
    target.fault("errors", rate=rate)
    with ThreadPoolExecutor(CLIENTS) as clients:
        statuses = [
            status for each in clients.map(lambda _: read_the_home_page(target), range(CLIENTS)) for status in each
        ]
    assert statuses.count(500) == failed
    assert target.counts()["by_status"].get("500") == failed


def read_the_home_page(target: RunningTarget) -> list[int]:
    client = http.client.HTTPConnection(*address(target), timeout=60)
    statuses = []
    for _ in range(REQUESTS_EACH):
        client.request("GET", "/")
        response = client.getresponse()
        response.read()
        statuses.append(response.status)
    client.close()
    return statuses


def test_stalls_lose_and_invent_nothing(target: RunningTarget) -> None:
    with ThreadPoolExecutor(CLIENTS) as clients:
        visits = [clients.submit(read_the_home_page, target) for _ in range(CLIENTS)]
        while not all(each.done() for each in visits):
            target.fault("stall")
            target.fault("ok")
        statuses = [status for each in visits for status in each.result()]
    assert statuses == [200] * CLIENTS * REQUESTS_EACH
    assert target.counts()["by_status"] == {"200": CLIENTS * REQUESTS_EACH}


def test_the_count_is_json_that_adds_up(target: RunningTarget) -> None:
    visit(target, seed=1)
    client = http.client.HTTPConnection(*address(target), timeout=60)
    client.request("GET", "/count")
    counts = json.loads(client.getresponse().read())
    assert sum(counts["by_route"].values()) == sum(counts["by_method"].values()) == counts["total"]
    assert sum(counts["by_status"].values()) == counts["answered"]
