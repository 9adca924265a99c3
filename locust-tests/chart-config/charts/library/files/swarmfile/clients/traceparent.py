"""Sends a W3C traceparent header with each request where `traceparent: true` asks for it; one that is given wins.

The evidence of a failure names the trace. SwarmHttpUser plans such requests one by one, since each is different.
"""

from __future__ import annotations

import secrets
from functools import wraps
from typing import Any

from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession

from swarmfile.http.client import SwarmHttpSession
from swarmfile.run.context import Context

HEADER = "traceparent"


def install(context: Context) -> None:
    """Makes the clients of all users send it."""
    if context.settings.raw.get(HEADER) is True:
        for session in (HttpSession, FastHttpSession, SwarmHttpSession):
            trace(session)


def trace(session: Any) -> None:  # noqa: ANN401 - three classes that have only this in common
    """Lets every request of a client go through one method, which adds the header."""
    original = session.request

    @wraps(original)
    def request(self: Any, *given: Any, headers: Any = None, **options: Any) -> Any:  # noqa: ANN401
        return original(self, *given, headers=traced(headers), **options)

    session.request = request
    if session is SwarmHttpSession:
        session.get = lambda self, url, **options: self.request("GET", url, **options)  # type: ignore[method-assign]


def traced(headers: Any) -> dict[str, Any]:  # noqa: ANN401
    """Returns the headers with version, trace id, parent id and the flag that asks to keep the trace."""
    own = dict(headers or {})
    if all(name.lower() != HEADER for name in own):
        own[HEADER] = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    return own
