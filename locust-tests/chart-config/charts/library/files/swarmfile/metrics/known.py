"""The names that Grafana's dashboards 11985, 24526 and 20462 ask for.

All are gauges: the two that one dashboard's exporter calls counters have no _total, which OpenMetrics demands of a
counter, and no query depends on the type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from swarmfile.metrics.families import Family, Sample, gauge
from swarmfile.metrics.snapshot import Row, Snapshot

PER_ROW: tuple[tuple[str, str, Callable[[Row], float | None]], ...] = (
    ("num_requests", "Requests so far.", lambda row: row.requests),
    ("num_failures", "Failed requests so far.", lambda row: row.failures),
    ("avg_response_time", "Average response time in ms.", lambda row: row.average_ms),
    ("min_response_time", "Shortest response time in ms.", lambda row: row.minimum_ms),
    ("max_response_time", "Longest response time in ms.", lambda row: row.maximum_ms),
    ("median_response_time", "Median response time in ms.", lambda row: row.p50_ms or 0),
    ("current_fail_per_sec", "Failures per second over the last 10 s.", lambda row: row.fail_per_s),
    ("avg_content_length", "Average size of a response in bytes.", lambda row: row.average_bytes),
)
ENDPOINT = ("method", "name")


def families(shot: Snapshot) -> Iterator[Family]:
    """Yields every family of the three vocabularies but locust_up and locust_total_scrapes."""
    yield from _run(shot)
    yield from _workers(shot)
    yield from _endpoints(shot)
    errors = ([one.method, one.name, one.cause] for one in shot.failures)
    counts = (float(one.count) for one in shot.failures)
    yield gauge("locust_errors", "Failures so far by error.", (*ENDPOINT, "error"), zip(errors, counts, strict=True))


def _run(shot: Snapshot) -> Iterator[Family]:
    total, users = shot.total, float(shot.state.get("users") or 0)
    ratio = total.failures / total.requests if total.requests else 0.0
    for name, text, value in (
        ("locust_running", "1 while users run or spawn.", float(shot.is_live)),
        ("locust_users", "Users that run now.", users),
        ("locust_user_count", "Users that run now.", users),
        ("locust_requests_fail_ratio", "Share of failed requests, 0 to 1.", ratio),
        ("locust_fail_ratio", "Share of failed requests, 0 to 1.", ratio),
        ("locust_total_rps", "Requests per second over the last 10 s.", total.rps),
        ("locust_total_fail_per_sec", "Failures per second over the last 10 s.", total.fail_per_s),
        ("locust_total_avg_response_time", "Average response time of all requests in ms.", total.average_ms),
        *_percentiles("locust_requests_current_response_time", shot),
        *_percentiles("locust_current_response_time", shot),
    ):
        yield gauge(name, text, (), [((), value)])
    active = float(shot.locust_state in ("running", "spawning", "cleanup"))
    yield gauge(
        "locust_state", "1 while running, spawning or cleaning up.", ("state",), [([shot.locust_state], active)]
    )


def _percentiles(prefix: str, shot: Snapshot) -> Iterator[tuple[str, str, float | None]]:
    text = "Response time of the last 10 s in ms."
    yield f"{prefix}_percentile_50", text, shot.current_p50_ms
    yield f"{prefix}_percentile_95", text, shot.current_p95_ms


def _workers(shot: Snapshot) -> Iterator[Family]:
    workers = shot.state.get("workers") or []
    states = [worker["state"] for worker in workers]
    for name, text, value in (
        ("locust_workers", "Workers that are connected.", len(states) - states.count("missing")),
        ("locust_workers_count", "Workers that are known.", len(states)),
        ("locust_workers_running_count", "Workers that run users.", states.count("running")),
        ("locust_workers_hatching_count", "Workers that spawn users.", states.count("spawning")),
        ("locust_workers_missing_count", "Workers that are lost.", states.count("missing")),
    ):
        yield gauge(name, text, (), [((), float(value))])
    known = [([worker["id"], worker["state"]], 1.0) for worker in workers]
    yield gauge("locust_worker_detail", "1 for each worker.", ("id", "state"), known)
    if shot.workers_info:
        yield gauge("locust_workers_info", "1 for each worker.", INFO, [_worker_info(worker) for worker in workers])


INFO = ("id", "state", "cpu_usage", "memory_usage", "user_count")


def _worker_info(worker: dict[str, object]) -> Sample:
    keys = ("id", "state", "cpu_percent", "memory_bytes", "users")
    return [str(worker.get(key, "")) for key in keys], 1.0


def _endpoints(shot: Snapshot) -> Iterator[Family]:
    with_total = [*shot.rows, shot.total]
    for name, text, value in PER_ROW:
        samples = [([row.method, row.name], value(row)) for row in with_total]
        yield gauge(f"locust_requests_{name}", text, ENDPOINT, samples)
    # Without the row of all requests: the known dashboard adds the rows up.
    rates = [([row.method, row.name], row.rps) for row in shot.rows]
    yield gauge("locust_requests_current_rps", "Requests per second over the last 10 s.", ENDPOINT, rates)
    for name, p_ms in _row_percentiles(with_total):
        yield gauge(f"locust_requests_response_time_{name}", "Response time so far in ms.", ENDPOINT, p_ms)


def _row_percentiles(rows: list[Row]) -> Iterator[tuple[str, list[Sample]]]:
    yield "percentile_95", [([row.method, row.name], row.p95_ms) for row in rows]
    yield "percentile_99", [([row.method, row.name], row.p99_ms) for row in rows]
