"""A master on this machine is asked."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from swarmfile.cli.local.state import ask
from swarmfile.run.state import ROUTE, parse

ANSWER = {"run": "smoke-1", "type": "smoke", "state": "running", "workers": [{"id": "a"}]}


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
