"""What is read of the master's answer."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from swarmfile.state import ROUTE, State, ask, parse

ANSWER = {
    "run": "smoke-1",
    "type": "smoke",
    "state": "running",
    "elapsed_s": 5,
    "planned_s": 20,
    "users": 9,
    "planned_users": 10,
    "requests": 200,
    "failures": 5,
    "p50_ms": None,
    "workers": [{"id": "a"}],
    "news": "of a later version",
}


def test_the_answer_is_read_as_far_as_it_is_known() -> None:
    state = parse(ANSWER)
    assert (state.run, state.users, state.p50_ms, state.workers) == ("smoke-1", 9, None, ({"id": "a"},))


@pytest.mark.parametrize(("planned_s", "left_s"), [(20, 15), (3, 0), (None, None)])
def test_the_time_left_is_what_the_plan_leaves(planned_s: float | None, left_s: float | None) -> None:
    assert State(elapsed_s=5, planned_s=planned_s).left_s == left_s


@pytest.mark.parametrize(("requests", "failures", "share"), [(200, 5, 0.025), (0, 0, 0)])
def test_the_failures_are_a_share_of_the_requests(requests: int, failures: int, share: float) -> None:
    assert State(requests=requests, failures=failures).failure_share == share


class Master(BaseHTTPRequestHandler):
    """Answers as the route does, or with something else."""

    answer = b""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == ROUTE else 404)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def master() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Master) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_master_is_asked_past_any_proxy(master: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    Master.answer = json.dumps(ANSWER).encode()
    assert ask(master) == parse(ANSWER)


def test_an_answer_that_is_none_is_no_state(master: str) -> None:
    Master.answer = b"<html>"
    assert ask(master) is None
    assert ask("http://127.0.0.1:1") is None
