"""Keeps the first failures of each kind as evidence: what was asked and what was answered, without secrets, bounded.

Successful requests cost nothing: the listener says that it wants failures alone, see swarmfile/http/stats.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from locust import events
from locust.env import Environment
from locust.runners import WorkerRunner
from locust.stats import StatsError

from swarmfile.credentials.redact import Redact
from swarmfile.evidence.logs import Logs, LogTail
from swarmfile.evidence.message import clean, described
from swarmfile.listeners import quietly
from swarmfile.run.context import Context
from swarmfile.run.finished import Concluded, Run

KEY = "swarmfile_evidence"
OF_A_KIND = 3
MOST = 50
MOST_BYTES = 150_000
Failure = dict[str, Any]


class Evidence:
    """The failures of one run; a kind is one cause at one name."""

    def __init__(self, redact: Redact = str) -> None:
        self._redact = redact
        self._kinds: dict[tuple[str, ...], int] = {}
        self._left, self._bytes_left = MOST, MOST_BYTES
        self.failures: list[Failure] = []

    def see(self, exception: Any, meta: dict[str, Any]) -> None:  # noqa: ANN401
        """Keeps a request that failed, if its kind is new enough; `meta` is what Locust's request event carries."""
        if not self._left:
            return
        texts = (meta["request_type"], meta["name"], StatsError.parse_error(exception))
        method, name, cause = (clean(text, self._redact) for text in texts)
        if self._has_room((method, name, cause)):
            at = meta.get("start_time") or time.time()
            message = described(exception, meta, self._redact)
            self.add([{"method": method, "name": name, "cause": cause, "at": at, **message}])

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

    def _has_room(self, kind: tuple[str, ...]) -> bool:
        return self._left > 0 and self._kinds.get(kind, 0) < OF_A_KIND


class Collector:
    """One process's evidence of the current or the last run, and what was logged since the run before it ended."""

    def __init__(self, context: Context) -> None:
        self._redact = context.without_secrets
        self.tail = LogTail(self._redact)
        self.logs = Logs(self.tail)
        self.evidence = Evidence(self._redact)
        self._see_quietly = quietly(self._see)

    def begin(self, *_: object, **__: object) -> None:
        """A run began."""
        self.evidence = Evidence(self._redact)

    def see(self, *, exception: Any = None, **meta: Any) -> None:  # noqa: ANN401 - what Locust's request event carries
        """A request ended."""
        if exception is not None:
            self._see_quietly(exception, meta)

    see.failures_only = True  # type: ignore[attr-defined]

    def _see(self, exception: Any, meta: dict[str, Any]) -> None:  # noqa: ANN401
        self.evidence.see(exception, meta)

    def report(self, data: dict[str, Any], **_: object) -> None:
        """Adds what is new to a worker's report."""
        data[KEY] = {"failures": self.evidence.take(), "logs": self.tail.take()}

    def reported(self, client_id: str, data: dict[str, Any], **_: object) -> None:
        """Takes it on the master."""
        sent = data.get(KEY, {})
        self.evidence.add(sent.get("failures", ()))
        self.logs.add(client_id, sent.get("logs", ()))

    def kept(self, _: Run) -> Iterator[tuple[str, Any]]:
        """Yields the parts of metrics.json."""
        yield "evidence", self.evidence.failures
        yield "logs", self.logs.as_dicts()

    def concluded(self, _: Concluded) -> None:
        """What is logged from here on, as while the next run waits for workers, belongs to that one."""
        self.logs = Logs(self.tail)


def install(context: Context) -> None:
    """Collects in every process that sends requests, and puts together in the one that leads."""

    def on_init(environment: Environment, **_: object) -> None:
        collector = Collector(context)
        collector.tail.listen()
        environment.events.request.add_listener(collector.see)
        if isinstance(environment.runner, WorkerRunner):
            environment.events.test_start.add_listener(quietly(collector.begin))
            environment.events.report_to_master.add_listener(quietly(collector.report))
            return
        context.hooks.begun.append(collector.begin)
        context.hooks.kept.append(collector.kept)
        context.hooks.concluded.append(collector.concluded)
        environment.events.worker_report.add_listener(quietly(collector.reported))

    events.init.add_listener(quietly(on_init))
