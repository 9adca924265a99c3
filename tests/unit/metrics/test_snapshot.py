import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from swarmfile.metrics.server import Answer, Routes, serve
from swarmfile.metrics.snapshot import NoAnswerError, Row, ask, read


def test_a_row_travels_as_a_list() -> None:
    row = Row("GET", "/a", 8, 1, 400.0, 400, 8, 5, 90, 50, 80, 90, 1.5, 0.2, [4, 8])
    assert Row(*row.wire()) == row


def test_a_row_without_requests_has_no_division_by_nothing() -> None:
    assert (Row("GET", "/a").average_ms, Row("GET", "/a").average_bytes) == (0, 0)


def test_other_json_is_no_snapshot() -> None:
    with pytest.raises((KeyError, TypeError)):
        read({"total": ["", "Aggregated"], "rows": [], "failures": [], "values": []})


@contextmanager
def master(routes: Routes) -> Iterator[str]:
    server = serve(0, routes)
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def page(content: Any, status: int = 200) -> Answer:  # noqa: ANN401 - any JSON
    return status, "application/json", json.dumps(content).encode()


@pytest.mark.parametrize(
    ("routes", "why"),
    [
        ({}, "answered 404"),
        ({"/swarmfile/metrics": lambda _: (302, "text/html", b"login")}, "answered 302"),
        ({"/swarmfile/metrics": lambda _: (200, "text/html", b"<html>login</html>")}, "JSONDecodeError"),
        ({"/swarmfile/metrics": lambda _: page({}, 500)}, "answered 500"),
        ({"/swarmfile/metrics": lambda _: page({"rows": []})}, "KeyError"),
        ({"/swarmfile/metrics": lambda _: page([])}, "did not answer with an object"),
    ],
)
def test_what_is_no_snapshot_is_no_answer(routes: Routes, why: str) -> None:
    with master(routes) as url, pytest.raises(NoAnswerError, match=why):
        ask(url)


def test_a_master_that_is_gone_is_no_answer() -> None:
    with master({}) as url:
        pass
    with pytest.raises(NoAnswerError, match="refused"):
        ask(url)
