"""Asks a process beside this one over loopback, and takes no more than an answer from it.

The master runs the test's script, which may answer whatever it likes: no redirect is followed, no answer is longer or
takes longer than it may.
"""

import json
import ssl
import time
from typing import Any, Protocol
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, build_opener

TIMEOUT_S = 5
MOST_BYTES = 2**20
CHUNK_BYTES = 2**16


class _Response(Protocol):
    def read1(self, size: int) -> bytes: ...


class _NoRedirect(HTTPRedirectHandler):
    """A login page is no answer."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follows nothing."""


def get_json(url: str, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """Returns the JSON object at an address. Raises OSError, HTTPException and ValueError."""
    ends_at = time.monotonic() + TIMEOUT_S
    with _opener().open(url, timeout=TIMEOUT_S) as response:
        try:
            content = json.loads(_read(response, most_bytes, ends_at))
        except RecursionError:
            raise ValueError(f"{url} answered something without end") from None
    if not isinstance(content, dict):
        raise ValueError(f"{url} did not answer with an object")
    return content


def _read(response: _Response, most_bytes: int, ends_at: float) -> bytes:
    content = bytearray()
    while chunk := response.read1(CHUNK_BYTES):
        content += chunk
        if len(content) > most_bytes or time.monotonic() > ends_at:
            raise ValueError(f"its answer has more than {most_bytes} bytes, or takes more than {TIMEOUT_S} s")
    return bytes(content)


def _opener() -> OpenerDirector:
    # It is the neighbour in this pod or on this machine, whatever its certificate says, and no proxy leads there.
    context = ssl._create_unverified_context()  # noqa: S323
    return build_opener(ProxyHandler({}), HTTPSHandler(context=context), _NoRedirect)
