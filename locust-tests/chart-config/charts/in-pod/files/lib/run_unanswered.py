"""Counts requests that hung until their user was stopped: Locust drops them, and a target that hangs would pass."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from typing import Any

from gevent import GreenletExit
from lib.context import Context
from lib.listening import quietly
from locust import events
from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.event import EventHook
from locust.stats import RequestStats

# One that waited less, or hardly longer than those that were answered, is what any run's end finds in flight.
HANGS_AFTER_S = 10.0
TIMES_THE_SLOWEST = 2
Session = HttpSession | FastHttpSession


class UnansweredError(Exception):
    """What Locust counts such a request by."""


class Slowest:
    """The longest response time of a run, in this process; a worker's statistics start anew with each report."""

    def __init__(self) -> None:
        self._reported_ms = 0.0
        self._stats: RequestStats | None = None

    def begin(self, stats: RequestStats) -> None:
        """A run began."""
        self._reported_ms, self._stats = 0.0, stats

    def note(self, total: Mapping[str, Any]) -> None:
        """Takes what a worker reports of all its requests."""
        self._reported_ms = max(self._reported_ms, total["max_response_time"])

    @property
    def ms(self) -> float:
        """Milliseconds; 0 before anything was answered."""
        return max(self._reported_ms, self._stats.total.max_response_time if self._stats else 0.0)


slowest = Slowest()


def install(context: Context) -> None:  # noqa: ARG001 - the same for every run
    """Watches the requests of HttpUser and FastHttpUser; SwarmHttpUser's client calls `hung` itself."""
    for session in (HttpSession, FastHttpSession):
        session.request = watched(session.request)  # type: ignore[method-assign,assignment]

    def on_init(environment: Environment, **_: object) -> None:
        environment.events.test_start.add_listener(quietly(lambda **_: slowest.begin(environment.stats)))
        # Behind Locust's own listener, which fills the report.
        environment.events.report_to_master.add_listener(quietly(lambda data, **_: slowest.note(data["stats_total"])))

    events.init.add_listener(on_init)


def watched(request: Callable[..., object]) -> Callable[..., object]:
    """Returns a session's `request` such that the end of its user is noticed."""

    @functools.wraps(request)
    def watched_request(
        session: Session, method: str, url: str, name: str | None = None, *rest: object, **options: object
    ) -> object:
        started = time.perf_counter()
        try:
            return request(session, method, url, name, *rest, **options)
        except GreenletExit:
            hung(session.request_event, str(method), str(name or session.request_name or url), started)
            raise

    return watched_request


def hung(event: EventHook, method: str, name: str, started: float) -> None:
    """Fires Locust's request event for one that has waited since `started` (perf_counter), if that was long."""
    waited_ms = (time.perf_counter() - started) * 1000
    if waited_ms < max(HANGS_AFTER_S * 1000, TIMES_THE_SLOWEST * slowest.ms):
        return
    event.fire(
        request_type=method,
        name=name,
        response_time=waited_ms,
        response_length=0,
        exception=UnansweredError("no answer until its user was stopped"),
        context={},
        response=None,
        start_time=time.time() - waited_ms / 1000,
        url=name,
    )
