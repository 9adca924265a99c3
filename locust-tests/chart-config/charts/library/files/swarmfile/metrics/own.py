"""Our own metrics of a run. Each carries its run; what else is known of the run stands on swarmfile_run_info."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from swarmfile.metrics.families import Family, Sample, counter, gauge, histogram
from swarmfile.metrics.snapshot import OTHER, Row, Snapshot
from swarmfile.run.state import RunState
from swarmfile.verdict import AssertionState, Outcome

STATES = tuple(state for state in RunState if state is not RunState.STARTING)
ENDPOINT = ("run", "method", "name")


def families(shot: Snapshot) -> Iterator[Family]:
    """Yields every family of ours but swarmfile_up."""
    for part in (_course, _load, _requests, _durations, _values, _workers, _saturation, _judgement):
        yield from part(shot)


def _course(shot: Snapshot) -> Iterator[Family]:
    state, run = shot.state, shot.run
    yield gauge("swarmfile_run_info", "What the run is.", ("run", *shot.info), [([run, *shot.info.values()], 1.0)])
    states = [([run, one], float(state["state"] == one)) for one in STATES]
    yield gauge("swarmfile_run_state", "1 for the state that the run is in.", ("run", "state"), states)
    for name, text, value in (
        ("start_timestamp_seconds", "When the run began.", shot.started_at),
        ("end_timestamp_seconds", "When the run ended; absent while it runs.", shot.ended_at),
        ("elapsed_seconds", "How long the run lasts.", state["elapsed_s"]),
        ("planned_seconds", "How long the run is to last; absent where it has no end of its own.", state["planned_s"]),
    ):
        yield gauge(f"swarmfile_run_{name}", text, ("run",), [([run], value)])
    yield from _phase(run, state.get("phase"))


def _phase(run: str, phase: Mapping[str, Any] | None) -> Iterator[Family]:
    labels = ("run", "phase")
    for name, text, key in (
        ("swarmfile_phase_index", "Number of the current phase, from 0.", "index"),
        ("swarmfile_phase_elapsed_seconds", "How long the current phase lasts.", "elapsed_s"),
        ("swarmfile_phase_planned_seconds", "How long the current phase is to last.", "duration_s"),
    ):
        yield gauge(name, text, labels, [([run, phase["name"]], phase[key])] if phase else [])


def _load(shot: Snapshot) -> Iterator[Family]:
    run, state = [shot.run], shot.state
    yield gauge("swarmfile_users", "Users that run now.", ("run",), [(run, state["users"])])
    yield gauge("swarmfile_users_planned", "Users that should run now.", ("run",), [(run, state["planned_users"])])
    arrivals = state.get("arrivals") or {}
    for name, text, key in (
        ("", "Arrivals that a user began.", "begun"),
        ("_planned", "Arrivals that were due.", "planned"),
        ("_dropped", "Arrivals that found all users busy.", "dropped"),
    ):
        yield counter(f"swarmfile_arrivals{name}", text, ("run",), [(run, arrivals[key])] if arrivals else [])
    dropped = [([shot.run, kind], float(count)) for kind, count in shot.dropped.items()]
    text = f"Label values beyond the cap: what they count stands under {OTHER}."
    yield gauge("swarmfile_labels_dropped", text, ("run", "kind"), dropped)


def _requests(shot: Snapshot) -> Iterator[Family]:
    run = shot.run
    rows = [([run, row.method, row.name], row) for row in shot.rows]
    yield counter("swarmfile_requests", "Requests.", ENDPOINT, ((where, row.requests) for where, row in rows))
    text = "Bytes of the responses' contents."
    yield counter("swarmfile_response_bytes", text, ENDPOINT, ((where, row.content_bytes) for where, row in rows))
    failed = (([run, one.method, one.name, one.cause], float(one.count)) for one in shot.failures)
    yield counter("swarmfile_failures", "Failed requests by cause.", (*ENDPOINT, "cause"), failed)


def _durations(shot: Snapshot) -> Iterator[Family]:
    text = "Response times; sum and count are exact, a bucket's bound is off by at most 0.5% of itself."
    rows = (([shot.run, row.method, row.name], row.buckets, row.timed, row.total_ms / 1000) for row in shot.rows)
    yield histogram("swarmfile_request_duration_seconds", text, ENDPOINT, shot.bounds_s, rows)
    for name, text, key in (
        ("swarmfile_request_duration_min_seconds", "Shortest response time.", "minimum_ms"),
        ("swarmfile_request_duration_max_seconds", "Longest response time.", "maximum_ms"),
    ):
        yield gauge(name, text, ENDPOINT, _timed(shot, key))


def _timed(shot: Snapshot, key: str) -> Iterator[Sample]:
    for row in shot.rows:
        if row.timed:
            yield [shot.run, row.method, row.name], _seconds(row, key)


def _seconds(row: Row, key: str) -> float:
    return float(getattr(row, key)) / 1000


def _values(shot: Snapshot) -> Iterator[Family]:
    text = "What the script recorded, in its own units."
    bounds = shot.values[0].bounds if shot.values else ()
    rows = (([shot.run, value.name], value.buckets, value.count, value.total) for value in shot.values)
    yield histogram("swarmfile_value", text, ("run", "value"), bounds, rows)


def _workers(shot: Snapshot) -> Iterator[Family]:
    workers: Sequence[Mapping[str, Any]] = shot.state["workers"]
    nodes = _nodes(shot)
    counts: dict[str, int] = {}
    for worker in workers:
        counts[worker["state"]] = counts.get(worker["state"], 0) + 1
    by_state = [([shot.run, state], float(count)) for state, count in counts.items()]
    yield gauge("swarmfile_workers", "Workers by state.", ("run", "state"), by_state)
    for name, text, key, unit in (
        ("users", "Users that run on the worker.", "users", 1),
        ("cpu_ratio", "Share of a core that the worker uses.", "cpu_percent", 100),
        ("memory_bytes", "Memory of the worker.", "memory_bytes", 1),
        ("heartbeat_age_seconds", "Since the worker's last sign of life.", "age_s", 1),
    ):
        samples = [([shot.run, one["id"], nodes[one["id"]]], one[key] / unit) for one in workers if key in one]
        yield gauge(f"swarmfile_worker_{name}", text, ("run", "worker", "node"), samples)


def _saturation(shot: Snapshot) -> Iterator[Family]:
    text = "Seconds in which the worker was too busy to measure."
    labels = ("run", "worker", "node")
    nodes = _nodes(shot)
    workers = [([shot.run, one, nodes.get(one, "")], numbers) for one, numbers in shot.generators.items()]
    samples = ((where, numbers["saturated_s"]) for where, numbers in workers)
    yield counter("swarmfile_worker_saturated_seconds", text, labels, samples)
    for name, text, key in (
        ("busy_ratio", "Share of a core that the worker used in its last second.", "cpu"),
        ("loop_lag_seconds", "How late the worker's event loop was in its last second.", "lag_s"),
        ("throttled_ratio", "Share of its last second in which the worker's CPU limit stopped it.", "throttled"),
    ):
        yield gauge(f"swarmfile_worker_{name}", text, labels, ((where, numbers[key]) for where, numbers in workers))


def _nodes(shot: Snapshot) -> dict[str, str]:
    # Who was told no node is known by the host name, of which Locust makes the id: in Kubernetes the pod's name.
    return {one["id"]: one.get("node") or one["id"].rpartition("_")[0] for one in shot.state["workers"]}


def _judgement(shot: Snapshot) -> Iterator[Family]:
    verdict = shot.state.get("verdict")
    assertions: Iterable[Mapping[str, Any]] = verdict["assertions"] if verdict else shot.standings
    outcomes = [([shot.run, one], float(verdict["outcome"] == one)) for one in Outcome] if verdict else []
    yield gauge(
        "swarmfile_verdict", "1 for the run's outcome; absent until it is judged.", ("run", "outcome"), outcomes
    )
    for name, text in (
        ("value", "What was measured, in the assertion's unit."),
        ("threshold", "What was asked for, in the assertion's unit."),
    ):
        samples = [([shot.run, one["assertion"]], one[name]) for one in assertions]
        yield gauge(f"swarmfile_assertion_{name}", text, ("run", "assertion"), samples)
    states = [([shot.run, a["assertion"], one], float(a["state"] == one)) for a in assertions for one in AssertionState]
    yield gauge("swarmfile_assertion_state", "1 for the assertion's state.", ("run", "assertion", "state"), states)
