"""What the exporter tells when something is killed, reset or begun again: no wrong number in any of it."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from swarmfile.cli.local.ports import free_port
from tests.local.conftest import NewSwarm
from tests.local.swarm import Swarm
from tests.waiting import wait_until


@dataclass
class Exporter:
    """The exporter as `swarmfile run --metrics-port` starts it."""

    master: str
    port: int
    log: Path

    def start(self) -> "subprocess.Popen[bytes]":
        variables = {**os.environ, "SWARMFILE_MASTER": self.master, "SWARMFILE_PORT": str(self.port)}
        code = "from swarmfile.metrics.process import main; main()"
        with self.log.open("ab") as log:
            return subprocess.Popen([sys.executable, "-c", code], env=variables, stdout=log, stderr=log)

    def told(self, name: str) -> dict[frozenset[str], float]:
        """The values of a metric by their labels' values; empty where there is no answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
                families = list(parse(answer.read().decode()))
        except OSError:
            return {}
        samples = [sample for family in families for sample in family.samples if sample.name == name]
        return {frozenset(sample.labels.values()): sample.value for sample in samples}

    def await_told(self, name: str, fits: Callable[[dict[frozenset[str], float]], object]) -> None:
        wait_until(lambda: fits(self.told(name)), lambda: f"{name}: {self.told(name)}")


@contextmanager
def exporting(one: Swarm) -> Iterator[Exporter]:
    exporter = Exporter(one.url, free_port(), one.folder / "exporter.log")
    process = exporter.start()
    try:
        yield exporter
    finally:
        process.kill()
        process.wait()


def requests_of(told: dict[frozenset[str], float], run: str) -> float:
    return sum(value for labels, value in told.items() if run in labels)


def await_exactly(exporter: Exporter, run: str, requests: float) -> None:
    exporter.await_told("swarmfile_verdict", lambda told: any(run in labels for labels in told))
    exporter.await_told("swarmfile_requests_total", lambda told: requests_of(told, run) == requests)


@pytest.fixture
def one(new_swarm: NewSwarm) -> Swarm:
    swarm = new_swarm().start(workers=2)
    swarm.await_state("its workers", lambda state: len(state["workers"]) == 2)
    return swarm


def test_a_second_run_in_the_same_master_has_its_own_numbers(one: Swarm) -> None:
    with exporting(one) as exporter:
        for number in range(2):
            one.post("/swarm", user_count=4, spawn_rate=4)
            run = one.await_state("requests", lambda s: s["state"] == "running" and s["requests"] > 10)["run"]
            one.post("/stop")
            exact = one.await_state(f"verdict {number + 1}", lambda s: s["verdict"] and s["state"] == "stopped")[
                "requests"
            ]
            await_exactly(exporter, run, exact)
            assert all(run in labels for labels in exporter.told("swarmfile_verdict"))
            assert all(run in labels for labels in exporter.told("swarmfile_requests_total"))


def test_a_reset_counts_from_zero_as_locust_does(one: Swarm) -> None:
    with exporting(one) as exporter:
        one.post("/swarm", user_count=4, spawn_rate=4)
        run = one.await_state("requests", lambda state: state["requests"] > 40)["run"]
        exporter.await_told("swarmfile_requests_total", lambda told: requests_of(told, run) > 40)
        one.post("/stats/reset")
        # A page that is older than the reset passes here once Locust has caught up with it, not at the end.
        exporter.await_told(
            "swarmfile_request_duration_seconds_count",
            lambda told: 0 < requests_of(told, run) <= one.state()["requests"],
        )
        one.post("/stop")
        one.await_state("verdict", lambda state: state["verdict"] and state["state"] == "stopped")
        await_exactly(exporter, run, one.state()["requests"])


def test_a_killed_worker_is_missing_and_leaves_no_number(one: Swarm) -> None:
    with exporting(one) as exporter:
        exporter.await_told("swarmfile_worker_users", lambda told: len(told) == 2)
        one.workers[0].kill()
        exporter.await_told("locust_workers_missing_count", lambda told: told == {frozenset(): 1.0})
        assert len(exporter.told("swarmfile_worker_users")) == 1


def test_a_killed_exporter_goes_on_where_the_master_is(one: Swarm) -> None:
    one.post("/swarm", user_count=4, spawn_rate=4)
    one.await_state("requests", lambda state: state["requests"] > 10)
    one.post("/stop")
    run, exact = one.await_verdict()["run"], one.state()["requests"]
    for _ in range(2):
        with exporting(one) as exporter:
            await_exactly(exporter, run, exact)
        assert exporter.told("swarmfile_requests_total") == {}
