"""Keeps the first failures of each kind as evidence: what was asked and what was answered, without secrets, bounded.

Successful requests cost nothing: the listener says that it wants failures alone, see swarmfile/http/stats.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

from locust import events
from locust.env import Environment
from locust.runners import WorkerRunner
from locust.stats import StatsError

from swarmfile.evidence.logs import Logs, LogTail
from swarmfile.evidence.message import clean, described
from swarmfile.listeners import quietly
from swarmfile.run.context import Context

KEY = "swarmfile_evidence"
OF_A_KIND = 3
MOST = 50
MOST_BYTES = 150_000
Failure = dict[str, Any]


class Evidence:
    """The failures of one run after the other; a kind is one cause at one name."""

    def __init__(self) -> None:
        self._see_quietly = quietly(self._see)
        self.clear()

    def clear(self) -> None:
        """Begins a run."""
        self._kinds: dict[tuple[str, ...], int] = {}
        self._left, self._bytes_left = MOST, MOST_BYTES
        self.failures: list[Failure] = []

    def see(self, *, exception: Any = None, **meta: Any) -> None:  # noqa: ANN401 - what Locust's request event carries
        """Keeps a request that failed, if its kind is new enough."""
        if exception is not None and self._left:
            self._see_quietly(exception, meta)

    see.failures_only = True  # type: ignore[attr-defined]

    def add(self, failures: Iterable[Failure]) -> None:
        """Takes what a worker kept."""
        for failure in failures:
            kind = (failure["method"], failure["name"], failure["cause"])
            size = len(json.dumps(failure))
            if self._has_room(kind) and size <= self._bytes_left:
                self._kinds[kind] = self._kinds.get(kind, 0) + 1
                self._left, self._bytes_left = self._left - 1, self._bytes_left - size
                self.failures.append(failure)

    def take(self) -> list[Failure]:
        """Returns what came since the last call; it still counts against the limits."""
        taken, self.failures = self.failures, []
        return taken

    def _see(self, exception: Any, meta: dict[str, Any]) -> None:  # noqa: ANN401
        method, name, cause = map(clean, (meta["request_type"], meta["name"], StatsError.parse_error(exception)))
        if self._has_room((method, name, cause)):
            at = meta.get("start_time") or time.time()
            self.add([{"method": method, "name": name, "cause": cause, "at": at, **described(exception, meta)}])

    def _has_room(self, kind: tuple[str, ...]) -> bool:
        return self._left > 0 and self._kinds.get(kind, 0) < OF_A_KIND


OF_RUN = Evidence()
LOGS = Logs()


def install(context: Context) -> None:
    """Collects in every process that sends requests, and puts together in the one that leads."""

    def on_init(environment: Environment, **_: object) -> None:
        LOGS.own.listen()
        environment.events.request.add_listener(OF_RUN.see)
        if isinstance(environment.runner, WorkerRunner):
            environment.events.test_start.add_listener(lambda **_: OF_RUN.clear())
            environment.events.report_to_master.add_listener(quietly(lambda data, **_: report(data, LOGS.own)))
            return
        context.hooks.begun.append(lambda _: OF_RUN.clear())
        # What was logged before a run, as while it waited for workers, belongs to it.
        context.hooks.concluded.append(lambda _: LOGS.clear())
        environment.events.worker_report.add_listener(quietly(reported))

    events.init.add_listener(quietly(on_init))


def report(data: dict[str, Any], tail: LogTail) -> None:
    """Adds what is new to a worker's report."""
    data[KEY] = {"failures": OF_RUN.take(), "logs": tail.take()}


def reported(client_id: str, data: dict[str, Any], **_: object) -> None:
    """Takes it on the master."""
    sent = data.get(KEY, {})
    OF_RUN.add(sent.get("failures", ()))
    LOGS.add(client_id, sent.get("logs", ()))
