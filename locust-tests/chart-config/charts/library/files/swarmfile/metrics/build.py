"""Looks at the statistics of a run piece by piece, so that the master's event loop never waits long for it."""

from __future__ import annotations

import json
import platform
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

import gevent
from locust import __version__ as locust_version
from locust.runners import STATE_MISSING
from locust.stats import RequestStats, StatsEntry, StatsError

from swarmfile.definition.metrics import MetricsSettings
from swarmfile.judge.worker_facts import KEY
from swarmfile.master.state import state
from swarmfile.master.watch import RunWatch
from swarmfile.metrics.row import merged, row
from swarmfile.metrics.snapshot import OTHER, Failure, Row, Snapshot
from swarmfile.run.generator import Busyness, Second
from swarmfile.run.values import RunValues

# Work for that long, then let others: one more entry and a switch stay well below 10 ms.
SLICE_S = 0.003
PAUSE_S = 0.001
# A name that long was made of data; a cause is told by its beginning.
LONGEST_NAME = 300
LONGEST_CAUSE = 200
T = TypeVar("T")


class Builder:
    """Makes snapshots of one process's runs; what did not change since the last one is not counted again."""

    def __init__(self, watch: RunWatch, settings: MetricsSettings) -> None:
        self._watch = watch
        self._settings = settings
        self._bounds_ms = [bound * 1000 for bound in settings.buckets_s]
        self._known: dict[tuple[str, str], tuple[float, Row]] = {}
        self._nodes: dict[str, str] = {}

    def report(self, client_id: str, data: Mapping[str, Any], **_: object) -> None:
        """A worker told where it runs."""
        self._nodes[client_id] = data.get(KEY, {}).get("node", "")

    def build(self) -> bytes:
        """Returns a snapshot as JSON; all of it is of one run."""
        while True:
            entries, run = self._watch.environment.stats.entries, self._run
            parts = []
            for part in self._parts(self._watch.environment.stats):
                parts.append(part)
                gevent.sleep(PAUSE_S)
            if self._watch.environment.stats.entries is entries and self._run == run:
                return b"".join(parts)

    @property
    def _run(self) -> str:
        return self._watch.live.id if self._watch.live else self._watch.next_id

    @property
    def _is_live(self) -> bool:
        # Current rates and percentiles: Locust keeps its last ones when the load is over.
        return self._watch.live is not None and self._watch.live.cause is None

    def _parts(self, stats: RequestStats) -> Iterator[bytes]:
        entries = list(stats.entries.values())
        kept = [entry for entry in islice(entries, self._settings.max_endpoints) if len(entry.name) <= LONGEST_NAME]
        names = {(entry.method, entry.name) for entry in kept}
        dropped = len(entries) - len(kept)
        failures = self._failures(stats, names if dropped else None)
        yield b'{"rows":['
        rows = self._rows(entries, kept, names)
        yield b",".join(json.dumps(each.wire()).encode() for each in rows)
        yield b'],"failures":['
        yield b",".join(json.dumps(list(vars(failure).values())).encode() for failure in paced(failures))
        yield b"]," + json.dumps(self._head(stats, dropped, len(stats.errors) - len(failures))).encode()[1:]

    def _rows(self, entries: Sequence[StatsEntry], kept: Sequence[StatsEntry], names: set[Any]) -> Iterator[Row]:
        known: dict[tuple[str, str], tuple[float, Row]] = {}
        for entry in paced(kept):
            key = (entry.method, entry.name)
            # A reset sets another start: the same count may then be another distribution.
            start, earlier = self._known.get(key, (None, None))
            made = self._row(entry, earlier if start == entry.start_time else None)
            known[key] = (entry.start_time, made)
            yield made
        self._known = known
        rest = (entry for entry in paced(entries) if (entry.method, entry.name) not in names)
        if len(kept) < len(entries) and (other := merged(map(self._row, rest), len(self._bounds_ms))):
            yield other

    def _row(self, entry: StatsEntry, earlier: Row | None = None) -> Row:
        return row(entry, self._bounds_ms, live=self._is_live, earlier=earlier)

    def _failures(self, stats: RequestStats, names: set[Any] | None) -> list[Failure]:
        counts: dict[tuple[str, str, str], int] = {}
        for error in paced(list(stats.errors.values())):
            where = (error.method or "", error.name)
            if names is not None and where not in names:
                where = ("", OTHER)
            key = (*where, StatsError.parse_error(error.error)[:LONGEST_CAUSE])
            if key not in counts and len(counts) >= self._settings.max_causes:
                key = ("", OTHER, OTHER)
            counts[key] = counts.get(key, 0) + error.occurrences
        return [Failure(*key, count) for key, count in counts.items()]

    def _head(self, stats: RequestStats, dropped: int, causes: int) -> dict[str, Any]:
        watch, live = self._watch, self._watch.live
        run = live or (watch.concluded.run if watch.concluded else None)
        values = run.values if run else RunValues()
        current = _current(stats.total) if self._is_live else (None, None)
        head = Snapshot(
            state=_told(state(watch), watch, self._nodes),
            locust_state=watch.runner.state,
            total=self._row(stats.total),
            values=values.recorded(),
            bounds_s=self._settings.buckets_s,
            current_p50_ms=current[0],
            current_p95_ms=current[1],
            info=_info(watch),
            started_at=run.started_at if run else None,
            ended_at=None if live or not watch.concluded else watch.concluded.run.ended_at,
            dropped={"endpoints": dropped, "causes": max(0, causes), "values": values.dropped},
            standings=self._standings(),
            generators=self._generators(),
            workers_info=self._settings.workers_info,
        )
        said = {each.name: getattr(head, each.name) for each in fields(head) if each.name not in ("rows", "failures")}
        return {
            **said,
            "total": head.total.wire(),
            "values": [list(vars(value).values()) for value in head.values],
        }

    def _standings(self) -> list[dict[str, Any]]:
        asked = self._watch.context.hooks.standings if self._is_live else ()
        standings = (standing for ask in asked for standing in ask())
        return [standing.as_dict() for standing in paced(standings)]

    def _generators(self) -> dict[str, dict[str, float]]:
        clients = getattr(self._watch.runner, "clients", {})
        missing = {worker.id for worker in clients.values() if worker.state == STATE_MISSING}
        asked = self._watch.context.hooks.busy if self._is_live else ()
        pairs = ((worker, busy) for ask in asked for worker, busy in ask())
        return {worker: _busy(busy, busy.last) for worker, busy in pairs if busy.last and worker not in missing}


def _busy(busy: Busyness, last: Second) -> dict[str, float]:
    at_s = {"lag_s": last.lag_ms / 1000, "saturated_s": busy.saturated}
    return {"cpu": last.cpu, "throttled": last.throttled, **at_s}


def paced(things: Iterable[T]) -> Iterator[T]:
    """Yields each, and lets the event loop go on whenever some milliseconds were used."""
    since = time.perf_counter()
    for thing in things:
        yield thing
        if time.perf_counter() - since > SLICE_S:
            gevent.sleep(PAUSE_S)
            since = time.perf_counter()


def _current(total: StatsEntry) -> tuple[float | None, float | None]:
    if not total.use_response_times_cache:
        return None, None
    return total.get_current_response_time_percentile(0.5), total.get_current_response_time_percentile(0.95)


def _told(answer: dict[str, Any], watch: RunWatch, nodes: Mapping[str, str]) -> dict[str, Any]:
    clients = getattr(watch.runner, "clients", {})
    ages = {worker.id: max(0, _liveness() - worker.heartbeat) for worker in clients.values()}
    missing = {worker.id for worker in clients.values() if worker.state == STATE_MISSING}
    workers = [
        # Nothing is known any more of a worker that is missing: its last numbers are old.
        {"id": one["id"], "state": one["state"]}
        if one["id"] in missing
        else {**one, "age_s": ages.get(one["id"]), "node": nodes.get(one["id"])}
        for one in answer["workers"]
    ]
    return {**answer, "workers": workers}


def _liveness() -> int:
    # Locust counts down from here once a second, and starts again with each heartbeat.
    from locust.runners import HEARTBEAT_INTERVAL, HEARTBEAT_LIVENESS

    return int(HEARTBEAT_LIVENESS * HEARTBEAT_INTERVAL)


def _info(watch: RunWatch) -> dict[str, str]:
    return {
        "type": watch.context.settings.type,
        "mode": watch.context.settings.mode.value,
        # A host may be written with user and password.
        "host": re.sub(r"//[^/]*@", "//", watch.environment.host or ""),
        "locust_version": locust_version,
        "python_version": platform.python_version(),
    }
