from collections.abc import Callable
from typing import Any

import pytest

from swarmfile.evidence.failures import KEY, MOST, OF_A_KIND, Collector, Evidence
from swarmfile.http.stats import Recorder
from swarmfile.run.context import Context
from swarmfile.run.finished import Concluded, Run
from swarmfile.verdict import judge
from tests.unit.http.swarm_user import new_environment


def failure(name: str = "/", cause: str = "it broke", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"request_type": "GET", "name": name, "exception": ValueError(cause), "response": None, **more}


def see(kept: Evidence, meta: dict[str, Any]) -> None:
    kept.see(meta["exception"], meta)


def test_only_failures_are_kept(collector: Collector) -> None:
    collector.see(**failure())
    collector.see(**failure(exception=None))
    assert [(one["method"], one["name"], one["cause"]) for one in collector.evidence.failures] == [
        ("GET", "/", "ValueError('it broke')")
    ]


def test_the_first_of_each_kind_are_kept() -> None:
    kept = Evidence()
    for number in range(10):
        for name, cause in (("/a", "x"), ("/a", "y"), ("/b", "x")):
            see(kept, failure(name, cause, start_time=number + 1))
    assert [one["at"] for one in kept.failures if one["name"] == "/b"] == [1, 2, 3][:OF_A_KIND]
    assert len(kept.failures) == 3 * OF_A_KIND


def many(kept: Evidence) -> None:
    for number in range(1000):
        see(kept, failure(f"/{number}"))


def large(kept: Evidence) -> None:
    for number in range(MOST):
        kept.add([{"method": "GET", "name": str(number), "cause": "x", "body": "x" * 10_000}])


@pytest.mark.parametrize(("fill", "at_most"), [(many, MOST), (large, 14)])
def test_all_together_are_bounded(fill: Callable[[Evidence], None], at_most: int) -> None:
    kept = Evidence()
    fill(kept)
    assert len(kept.failures) == at_most


def test_what_was_sent_is_sent_once_and_still_counts() -> None:
    worker, master = Evidence(), Evidence()
    for _ in range(2):
        for _ in range(2):
            see(worker, failure())
        master.add(worker.take())
    assert worker.take() == []
    assert len(master.failures) == OF_A_KIND


def test_several_workers_share_the_masters_limits() -> None:
    master = Evidence()
    for _ in range(3):
        worker = Evidence()
        many(worker)
        master.add(worker.take())
    assert len(master.failures) == MOST


class Broken:
    """A response that a script made up."""

    @property
    def request(self) -> object:
        raise RuntimeError("no")


@pytest.fixture
def collector() -> Collector:
    return Collector(Context())


def test_a_new_run_begins_with_nothing(collector: Collector) -> None:
    for number in range(2 * MOST):
        collector.see(**failure(f"/{number}"))
    collector.begin()
    collector.see(**failure())
    assert len(collector.evidence.failures) == 1


def test_what_is_logged_after_a_run_belongs_to_the_next(collector: Collector, a_run: Callable[..., Run]) -> None:
    run = a_run()
    collector.reported("worker-1", {KEY: {"logs": [["WARNING", "slow", 1, 1.0]]}})
    collector.concluded(Concluded(run, judge(run.id, run.type, [], [])))
    collector.reported("worker-1", {KEY: {"logs": [["WARNING", "late", 1, 2.0]]}})
    assert [line["text"] for line in dict(collector.kept(run))["logs"]] == ["late"]


def test_a_workers_report_takes_it_to_the_master(collector: Collector, a_run: Callable[..., Run]) -> None:
    worker, data = Collector(Context()), dict[str, Any]()
    worker.see(**failure())
    worker.report(data)
    assert worker.evidence.failures == []
    collector.reported("worker-1", {KEY: data[KEY] | {"logs": [["ERROR", "no", 1, 2.0]]}})
    kept = dict(collector.kept(a_run()))
    assert len(kept["evidence"]) == 1
    assert kept["logs"][-1]["processes"] == ["worker-1"]


def test_a_response_that_cannot_be_read_hurts_nobody(collector: Collector) -> None:
    collector.see(**failure(response=Broken()))
    assert collector.evidence.failures == []


def test_successful_requests_still_take_the_short_way(collector: Collector) -> None:
    environment = new_environment()
    environment.events.request.add_listener(collector.see)
    recorder = Recorder(environment)
    assert recorder.count(("/", "GET"), 1.0, 1) is None
    recorder.report({**failure(), "response_time": 1.0, "response_length": 1})
    assert len(collector.evidence.failures) == environment.stats.total.num_failures == 1
    assert environment.stats.total.num_requests == 2
