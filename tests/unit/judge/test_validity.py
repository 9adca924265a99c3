"""What generators tell becomes doubts of the run that they were told in."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gevent.pool import Group
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner
from locust.stats import RequestStats

from swarmfile.definition.settings import parse
from swarmfile.definition.validity import Reason
from swarmfile.judge import validity as validity_run
from swarmfile.judge import worker_facts as validity_worker
from swarmfile.judge.validity import Doubter
from swarmfile.judge.worker_facts import WorkerFacts
from swarmfile.run.context import Context
from swarmfile.run.delivery import Sample
from swarmfile.run.finished import Run
from swarmfile.run.live import LiveRun
from tests.unit.conftest import Started
from tests.unit.http.swarm_user import eventually

ARun = Callable[..., Run]
# Locust's own statistics of a_run have so many requests.
MERGED = 100


def told(*, busy_from_s: int | None = None, **facts: object) -> dict[str, Any]:
    """What a worker tells that counted every request: it is well, or saturated for 20 s, so many seconds after now."""
    now = int(time.time())
    first = None if busy_from_s is None else now + busy_from_s
    seconds = [] if first is None else [[at, 0.99, 0.0, 0.0] for at in range(first, first + 20)]
    well = {"now": now, "cpuS": 1.0, "counted": MERGED, "listenerErrors": [0, ""], "dataMissing": None}
    return well | {"seconds": seconds, "pauses": []} | facts


def stats_of(requests: int) -> RequestStats:
    stats = RequestStats()
    for _ in range(requests):
        stats.log_request("GET", "/", 10, 1)
    return stats


@pytest.fixture
def doubter(master: MasterRunner) -> Doubter:
    return Doubter(parse({"assertions": {"warmUp": 20}}), master.environment, WorkerFacts())


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({}, []),
        ({"listenerErrors": [2, "KeyError: 'token'"]}, [Reason.SCRIPT_ERRORS]),
        ({"dataMissing": "/test_data/users.csv"}, [Reason.TEST_DATA_MISSING]),
        ({"counted": MERGED + 1}, [Reason.STATISTICS_INCOMPLETE]),
        ({"busy_from_s": 0}, []),
        ({"busy_from_s": 20}, [Reason.GENERATOR_SATURATED]),
    ],
    ids=["well", "listener", "data", "a report was lost", "busy in the warm-up", "busy after it"],
)
def test_what_a_worker_tells_is_a_doubt(
    doubter: Doubter, a_run: ARun, facts: dict[str, Any], reasons: list[Reason]
) -> None:
    doubter.report("a", told(**facts))
    assert [doubt.reason for doubt in doubter.doubts(a_run())] == reasons


def test_errors_of_listeners_add_up(doubter: Doubter, a_run: ARun) -> None:
    for last in ("KeyError: 'a'", "KeyError: 'b'"):
        doubter.report("a", told(listenerErrors=[2, last]))
    (doubt,) = doubter.doubts(a_run())
    assert "raised 4 times: KeyError: 'b'" in doubt.sentence


def test_a_worker_without_our_library_tells_nothing(doubter: Doubter, a_run: ARun) -> None:
    doubter.report("a", told())
    doubter.report("b", None)
    assert list(doubter.doubts(a_run())) == []


def test_the_process_that_leads_workers_is_none_of_those_that_made_the_load(doubter: Doubter, a_run: ARun) -> None:
    for worker in ("a", "b"):
        doubter.report(worker, told(busy_from_s=20))
    (doubt,) = doubter.doubts(a_run(stats=stats_of(2 * MERGED)))
    assert "(2 of 2 workers)" in doubt.sentence
    assert [worker for worker, _ in doubter.busy()] == ["a", "b"]


def test_a_worker_that_stood_still_had_no_users_meanwhile(doubter: Doubter, tmp_path: Path) -> None:
    live = LiveRun("smoke-1", "smoke", tmp_path, doubter._environment)
    doubter.begin(live)
    live._start -= 10
    for second in range(1, 11):
        live.presence.add(Sample(second, 1.0, 8, 8), {"a": 4, "b": 4})
    doubter.report("b", told(pauses=[(2.0, 5.0)]))
    assert [sample.present for sample in live.presence.samples] == [8, 8, 8, 4, 4, 4, 4, 4, 8, 8]


def test_what_a_run_was_told_is_no_doubt_of_the_next_one(doubter: Doubter, a_run: ARun) -> None:
    doubter.report("a", told(dataMissing="/test_data/users.csv", busy_from_s=20))
    assert list(doubter.doubts(a_run()))
    doubter.begin()
    doubter.report("a", told())
    assert list(doubter.doubts(a_run())) == []


@pytest.fixture
def watched(started: Started, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Runner], Context]]:
    """Makes a process of a runner, and returns its context; what is watched there ends with the test."""
    spawned = Group()
    monkeypatch.setattr(validity_worker, "gevent", spawned)
    monkeypatch.setattr(logging.getLogger(), "handlers", [*logging.getLogger().handlers])

    def start(runner: Runner) -> Context:
        context = Context()
        started(validity_run, runner, context)
        return context

    yield start
    spawned.kill()


def test_a_report_that_was_lost_on_its_way_is_noticed(
    watched: Callable[[Runner], Context], a_run: ARun, master: MasterRunner, worker: WorkerRunner
) -> None:
    context, _ = watched(master), watched(worker)
    worker.stats.log_request("GET", "/", 10, 1)
    worker.environment.events.report_to_master.fire(client_id=worker.client_id, data={})
    worker.stats.log_request("GET", "/", 10, 1)
    worker._send_stats()
    eventually(lambda: master.stats.total.num_requests)
    (doubt,) = (doubt for ask in context.hooks.doubts for doubt in ask(a_run(stats=master.stats)))
    assert doubt.sentence.startswith("workers counted 2 requests and 1 were merged: a report was lost")


def test_a_process_that_makes_its_load_itself_is_busy_itself(watched: Callable[[Runner], Context]) -> None:
    context = watched(Environment().create_local_runner())
    (ask,) = context.hooks.busy
    eventually(lambda: dict(ask())["this process"].seconds)
