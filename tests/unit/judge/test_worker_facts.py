"""What a process tells of itself with each of Locust's reports."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gevent.pool import Group
from locust.env import Environment
from locust.event import EventHook

from swarmfile.judge import worker_facts as validity_worker
from swarmfile.judge.worker_facts import KEY, WorkerFacts
from tests.unit.http.swarm_user import eventually


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerFacts]:
    """Of this process, which is watched until the test ends."""
    spawned, handlers = Group(), logging.getLogger().handlers
    monkeypatch.setattr(validity_worker, "gevent", spawned)
    monkeypatch.setattr(logging.getLogger(), "handlers", [*handlers])
    facts = WorkerFacts()
    facts.start(Environment())
    yield facts
    spawned.kill()


def reported(facts: WorkerFacts, requests: int) -> dict[str, Any]:
    """Returns what is added to a report of so many requests."""
    data = {"stats_total": {"num_requests": requests}}
    facts.report(data)
    added: dict[str, Any] = data[KEY]
    return added


def test_a_worker_tells_its_node_as_written_or_as_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert reported(WorkerFacts(), 0)["node"] == ""
    monkeypatch.setenv("SWARMFILE_NODE", "told")
    assert reported(WorkerFacts(), 0)["node"] == "told"
    (tmp_path / "node").write_text("written")
    monkeypatch.setenv("SWARMFILE_NODE_FILE", str(tmp_path / "node"))
    assert reported(WorkerFacts(), 0)["node"] == "written"
    monkeypatch.setenv("SWARMFILE_NODE_FILE", str(tmp_path / "absent"))
    assert reported(WorkerFacts(), 0)["node"] == ""


def test_requests_are_counted_over_all_reports_of_a_run(facts: WorkerFacts) -> None:
    assert [reported(facts, requests)["counted"] for requests in (3, 0, 4)] == [3, 3, 7]
    facts.reset()
    assert reported(facts, 2)["counted"] == 2


def test_cpu_time_is_that_of_the_run(facts: WorkerFacts) -> None:
    busy_until = time.process_time() + 0.05
    while time.process_time() < busy_until:
        pass
    spent_s = facts.facts(0)["cpuS"]
    facts.reset()
    assert facts.facts(0)["cpuS"] < 0.05 <= spent_s


def test_each_second_is_told_once(facts: WorkerFacts) -> None:
    told: list[list[float]] = []

    def ask() -> bool:
        told.extend(facts.facts(0)["seconds"])
        return bool(told)

    eventually(ask)
    # Nothing else ran since then.
    assert (len(told), facts.facts(0)["seconds"]) == (1, [])


def test_a_listener_that_raises_is_told_once(facts: WorkerFacts) -> None:
    hook = EventHook()
    hook.add_listener(lambda: 1 / 0)
    hook.fire()
    count, last = facts.facts(0)["listenerErrors"]
    assert (count, last.startswith("ZeroDivisionError")) == (1, True)
    assert facts.facts(0)["listenerErrors"][0] == 0


def test_missing_test_data_is_told_as_long_as_it_is_missing(
    facts: WorkerFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_DATA_FILE", "/nowhere/users.csv")
    assert [facts.facts(0)["dataMissing"] for _ in range(2)] == ["/nowhere/users.csv"] * 2
