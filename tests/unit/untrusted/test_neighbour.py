"""What a master that runs a hostile script may answer."""

import pytest

from swarmfile.metrics.server import Answer, serve
from swarmfile.untrusted.neighbour import get_json


def answering(answer: Answer) -> str:
    return f"http://127.0.0.1:{serve(0, {'/state': lambda _: answer}).server_port}/state"


def test_an_object_is_an_answer() -> None:
    assert get_json(answering((200, "application/json", b'{"run": "a"}'))) == {"run": "a"}


@pytest.mark.parametrize("body", [b"[]", b"7", b"", b"[" * 100_000, b'"' + b"a" * 2**20 + b'"'])
def test_what_is_no_object_or_too_long_is_none(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"answer|Expecting|object"):
        get_json(answering((200, "application/json", body)))


def test_a_redirect_is_not_followed() -> None:
    with pytest.raises(OSError, match="302"):
        get_json(answering((302, "text/plain", b"")))
