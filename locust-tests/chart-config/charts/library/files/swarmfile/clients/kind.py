"""What the framework needs of a kind of user, and what the kinds have in common.

A kind is a module: HttpUser's, FastHttpUser's, SwarmHttpUser's. What needs no client of ours (load, assertions,
evidence, results, metrics, a script's own values) needs no kind: Locust's request event is enough.
"""

from __future__ import annotations

import functools
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from gevent import GreenletExit, Timeout
from locust import User
from locust.event import EventHook

from swarmfile.credentials.files import Credentials
from swarmfile.credentials.origin import Origin
from swarmfile.run.interrupted import OF_PROCESS

HEADER = "traceparent"


class UserKind(Protocol):
    """One kind of user. All but `equip` is done once in each process, before users are created."""

    @property
    def USER(self) -> type[User]:  # noqa: N802 - a module's constant
        """The class that users of this kind derive from."""

    def equip(self, user: Any, credentials: Credentials, target: Origin | None) -> None:  # noqa: ANN401
        """Makes a new user's client send the credentials to the target (None: to nobody), and take the environment's
        proxies."""

    def send_traceparent(self) -> None:
        """Lets each request carry a traceparent header of its own; one that a script gives wins."""

    def watch(self) -> None:
        """Lets a request that ends with its user be counted: as failed where it hangs, as cut off otherwise."""


def traceparent() -> str:
    """Returns a header's value: version, a new trace id, a new parent id, and the flag that asks to keep the trace."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def traced(request: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a client's `request` that adds a traceparent to the headers."""

    @functools.wraps(request)
    def traced_request(
        client: object,
        *given: object,
        headers: Mapping[str, Any] | None = None,
        **options: object,
    ) -> Any:  # noqa: ANN401 - the client's own
        own = dict(headers or {})
        if all(name.lower() != HEADER for name in own):
            own[HEADER] = traceparent()
        return request(client, *given, headers=own, **options)

    return traced_request


@contextmanager
def awaited(event: EventHook, method: str, name: str | Callable[[], str]) -> Iterator[None]:
    """Counts the request that is made within, where its user or a gevent.Timeout ends it.

    event: Locust's request event, fired for one that is a failure
    name: what the request is counted by, or what says it then
    """
    started = time.perf_counter()
    OF_PROCESS.counts.in_flight += 1
    try:
        yield
    except (GreenletExit, Timeout) as error:
        OF_PROCESS.interrupted(error, event, method, name() if callable(name) else name, started)
        raise
    finally:
        OF_PROCESS.counts.in_flight -= 1


def watched(request: Callable[..., Any], name_of: Callable[[Any, str], str]) -> Callable[..., Any]:
    """Returns the `request` of a client of Locust's such that the end of its user is noticed.

    name_of: says what Locust calls a request to a URL that has no name
    """

    @functools.wraps(request)
    def watched_request(
        client: Any,  # noqa: ANN401 - Locust's clients have no type in common
        method: str,
        url: str,
        name: str | None = None,
        *rest: object,
        **options: object,
    ) -> Any:  # noqa: ANN401 - the client's own
        def known_as() -> str:
            return str(name or client.request_name or name_of(client, str(url)))

        with awaited(client.request_event, str(method), known_as):
            return request(client, method, url, name, *rest, **options)

    return watched_request


def judged(leave: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a with-block's `__exit__` such that an answer is counted whose user was stopped before it was judged."""

    @functools.wraps(leave)
    def watched_exit(block: Any, kind: type[BaseException] | None, *rest: object) -> Any:  # noqa: ANN401
        if kind and issubclass(kind, GreenletExit) and block._manual_result is None:
            OF_PROCESS.counts.cut_off += 1
        return leave(block, kind, *rest)

    return watched_exit
