"""Snapshots of real Locust statistics, as the exporter reads them."""

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from locust.env import Environment
from locust.stats import RequestStats

from swarmfile.definition.metrics import MetricsSettings
from swarmfile.judge.worker_facts import WorkerFacts
from swarmfile.listeners import Listeners
from swarmfile.master.watch import RunWatch
from swarmfile.metrics.build import LONGEST_NAME, Builder
from swarmfile.metrics.snapshot import OTHER, Snapshot, read
from swarmfile.run.context import Context, Hooks
from swarmfile.run.finished import Cause
from swarmfile.run.generator import Busyness, Second
from swarmfile.run.live import LiveRun
from swarmfile.verdict import Assertion, AssertionState

SETTINGS = MetricsSettings(buckets_s=(0.01, 0.1))


@pytest.fixture
def watch() -> RunWatch:
    options = Namespace(autostart=False, headless=False, run_time=None)
    environment = Environment(host="https://user:secret@shop.example/x", parsed_options=options)
    environment.create_local_runner()
    standing = Assertion("p95 < 1s", 80.0, 1000.0, AssertionState.HELD)
    busy = [("w", Busyness(9, 2, last=Second(1, 0.95, 70.0, 0.0))), ("new", Busyness())]
    return RunWatch(
        Context(hooks=Hooks(standings=Listeners([lambda: [standing]]), busy=Listeners([lambda: busy]))), environment
    )


def shot_of(watch: RunWatch, settings: MetricsSettings = SETTINGS) -> Snapshot:
    return read(json.loads(Builder(watch, settings).build()))


def log(stats: RequestStats, *names: str, error: str = "") -> None:
    for name in names:
        stats.log_request("GET", name, 50, 10)
        if error:
            stats.log_error("GET", name, error)


def test_every_endpoint_is_told_with_its_distribution(watch: RunWatch) -> None:
    log(watch.environment.stats, "/a", "/b", "/b")
    shot = shot_of(watch)
    assert [(row.name, row.requests, row.buckets) for row in shot.rows] == [("/a", 1, [0, 1]), ("/b", 2, [0, 2])]
    assert (shot.total.requests, shot.run, shot.state["state"]) == (3, watch.next_id, "ready")


def test_a_password_in_the_host_is_not_told(watch: RunWatch) -> None:
    assert shot_of(watch).info["host"] == "https://shop.example/x"


def test_what_is_beyond_the_cap_is_counted_together(watch: RunWatch) -> None:
    log(watch.environment.stats, *"abcd", "d", error="down")
    shot = shot_of(watch, replace(SETTINGS, max_endpoints=2, max_causes=2))
    assert [(row.name, row.requests, row.failures) for row in shot.rows] == [("a", 1, 1), ("b", 1, 1), (OTHER, 3, 3)]
    assert sum(row.buckets[-1] for row in shot.rows) == shot.total.requests == 5
    assert sum(failure.count for failure in shot.failures) == 5
    assert shot.dropped["endpoints"] == 2


def test_causes_beyond_the_cap_and_long_ones_are_counted_together(watch: RunWatch) -> None:
    for number in range(5):
        log(watch.environment.stats, "a", error=f"down {number}")
    log(watch.environment.stats, "a", error="x" * 1000 + "1")
    log(watch.environment.stats, "a", error="x" * 1000 + "2")
    causes = {failure.cause: failure.count for failure in shot_of(watch, replace(SETTINGS, max_causes=2)).failures}
    assert causes == {"down 0": 1, "down 1": 1, OTHER: 5}
    assert sorted(failure.count for failure in shot_of(watch).failures) == [1, 1, 1, 1, 1, 2]


def test_a_name_made_of_data_is_counted_with_the_rest(watch: RunWatch) -> None:
    log(watch.environment.stats, "/a", "x" * (LONGEST_NAME + 1))
    assert [row.name for row in shot_of(watch).rows] == ["/a", OTHER]


def test_a_reset_begins_anew_even_with_equal_counts(watch: RunWatch) -> None:
    builder, stats = Builder(watch, SETTINGS), watch.environment.stats
    stats.log_request("GET", "/a", 50, 0)
    stats.log_request("GET", "/a", 50, 0)
    assert read(json.loads(builder.build())).rows[0].buckets == [0, 2]
    stats.reset_all()
    assert read(json.loads(builder.build())).rows[0].requests == 0
    stats.log_request("GET", "/a", 5, 0)
    stats.log_request("GET", "/a", 95, 0)
    assert read(json.loads(builder.build())).rows[0].buckets == [1, 2]


def test_standings_and_busy_workers_are_told_while_the_run_goes_on(watch: RunWatch, tmp_path: Path) -> None:
    watch.live = LiveRun("run", "smoke", tmp_path, watch.environment)
    shot = shot_of(watch)
    assert shot.standings == [{"assertion": "p95 < 1s", "value": 80, "threshold": 1000, "state": "held"}]
    assert shot.generators == {"w": {"cpu": 0.95, "throttled": 0, "lag_s": 0.07, "saturated_s": 2}}
    watch.live.end(Cause.STOPPED)
    assert (shot_of(watch).standings, shot_of(watch).generators) == ([], {})


def test_a_worker_is_told_with_the_node_of_its_last_report(watch: RunWatch, monkeypatch: pytest.MonkeyPatch) -> None:
    one = {"id": "w_1", "state": "running"}
    monkeypatch.setattr("swarmfile.metrics.build.state", lambda _: {"workers": [one, {"id": "w_2", "state": "ready"}]})
    monkeypatch.setenv("SWARMFILE_NODE", "n1")
    builder, report = Builder(watch, SETTINGS), dict[str, Any](stats_total={"num_requests": 0})
    WorkerFacts().report(report)
    builder.report("w_1", report)
    workers = read(json.loads(builder.build())).state["workers"]
    assert [worker["node"] for worker in workers] == ["n1", None]
