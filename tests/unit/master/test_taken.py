import json

import pytest

from swarmfile.master.taken import refusal
from swarmfile.metrics.server import serve
from swarmfile.run.state import GUARD_ROUTE


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (json.dumps({"refused": "a is under load"}), "a is under load"),
        (json.dumps({"refused": ""}), ""),
        (json.dumps({}), ""),
        ("[]", ""),
        ("no JSON", ""),
    ],
)
def test_what_the_sidecar_says_is_the_refusal_and_whatever_else_it_answers_is_none(answer: str, expected: str) -> None:
    server = serve(0, {GUARD_ROUTE: lambda _: (200, "application/json", answer.encode())}, "127.0.0.1")
    assert refusal(f"http://127.0.0.1:{server.server_port}") == expected
    server.shutdown()
    server.server_close()


def test_a_sidecar_that_does_not_answer_refuses_nothing() -> None:
    server = serve(0, {}, "127.0.0.1")
    url = f"http://127.0.0.1:{server.server_port}"
    assert not refusal(url)
    server.shutdown()
    server.server_close()
    assert not refusal(url)
