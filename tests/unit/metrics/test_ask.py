import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from swarmfile.metrics.ask import NoAnswerError, ask
from swarmfile.metrics.server import Answer, Routes, serve
from swarmfile.metrics.snapshot import Row

STATS = {
    "state": "running",
    "user_count": 7,
    "stats": [
        {
            "method": method,
            "name": name,
            "num_requests": 4,
            "num_failures": 1,
            "avg_response_time": 25.0,
            "min_response_time": 10,
            "max_response_time": 40,
            "current_rps": 2.0,
            "current_fail_per_sec": 0.5,
            "median_response_time": 20,
            "avg_content_length": 50,
            "response_time_percentile_0.95": 40,
            "response_time_percentile_0.99": 41,
        }
        for method, name in (("GET", "/a"), ("", "Aggregated"))
    ],
    "errors": [{"method": "GET", "name": "/a", "error": "down", "occurrences": 1}],
    "workers": [{"id": "w", "state": "running", "user_count": 7, "cpu_usage": 9, "memory_usage": 5}],
    "current_response_time_percentiles": {"response_time_percentile_0.5": 20, "response_time_percentile_0.95": None},
}


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


def test_a_master_without_plugin_is_read_by_locusts_own_route() -> None:
    with master({"/stats/requests": lambda _: page(STATS)}) as url:
        shot = ask(url)
    assert not shot.has_plugin
    assert (shot.total.requests, shot.state["users"], shot.is_live) == (4, 7, True)
    assert shot.rows == [Row("GET", "/a", 4, 1, 100.0, 200, 4, 10, 40, 20, 40, 41, 2.0, 0.5)]
    assert (shot.current_p50_ms, shot.current_p95_ms) == (20, None)


@pytest.mark.parametrize(
    ("routes", "why"),
    [
        ({"/stats/requests": lambda _: (302, "text/html", b"login")}, "302; a login needs"),
        ({"/stats/requests": lambda _: (200, "text/html", b"<html>login</html>")}, "JSONDecodeError"),
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
