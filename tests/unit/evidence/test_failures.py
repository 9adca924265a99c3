from collections.abc import Callable, Iterator
from typing import Any

import pytest

from swarmfile.evidence import failures as evidence
from swarmfile.evidence.failures import KEY, MOST, OF_A_KIND, Evidence
from swarmfile.http.stats import Recorder
from tests.unit.http.swarm_user import new_environment


def failure(name: str = "/", cause: str = "it broke", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"request_type": "GET", "name": name, "exception": ValueError(cause), "response": None, **more}


def test_only_failures_are_kept() -> None:
    kept = Evidence()
    kept.see(**failure())
    kept.see(**failure(exception=None))
    assert [(one["method"], one["name"], one["cause"]) for one in kept.failures] == [
        ("GET", "/", "ValueError('it broke')")
    ]


def test_the_first_of_each_kind_are_kept() -> None:
    kept = Evidence()
    for number in range(10):
        for name, cause in (("/a", "x"), ("/a", "y"), ("/b", "x")):
            kept.see(**failure(name, cause, start_time=number + 1))
    assert [one["at"] for one in kept.failures if one["name"] == "/b"] == [1, 2, 3][:OF_A_KIND]
    assert len(kept.failures) == 3 * OF_A_KIND


def many(kept: Evidence) -> None:
    for number in range(1000):
        kept.see(**failure(f"/{number}"))


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
            worker.see(**failure())
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


def test_a_response_that_cannot_be_read_hurts_nobody() -> None:
    kept = Evidence()
    kept.see(**failure(response=Broken()))
    assert kept.failures == []


def test_a_new_run_begins_with_nothing() -> None:
    kept = Evidence()
    many(kept)
    kept.clear()
    kept.see(**failure())
    assert len(kept.failures) == 1


@pytest.fixture
def of_run() -> Iterator[Evidence]:
    evidence.OF_RUN.clear()
    yield evidence.OF_RUN
    evidence.OF_RUN.clear()
    evidence.LOGS.clear()


def test_a_workers_report_takes_it_to_the_master(of_run: Evidence) -> None:
    of_run.see(**failure())
    data: dict[str, Any] = {}
    evidence.report(data, evidence.LOGS.own)
    assert of_run.failures == []
    evidence.reported("worker-1", {KEY: data[KEY] | {"logs": [["ERROR", "no", 1, 2.0]]}})
    assert len(of_run.failures) == 1
    assert evidence.LOGS.told()[-1]["processes"] == ["worker-1"]


def test_successful_requests_still_take_the_short_way(of_run: Evidence) -> None:
    environment = new_environment()
    environment.events.request.add_listener(of_run.see)
    recorder = Recorder(environment)
    assert recorder.count(("/", "GET"), 1.0, 1) is None
    recorder.report({**failure(), "response_time": 1.0, "response_length": 1})
    assert len(of_run.failures) == environment.stats.total.num_failures == 1
    assert environment.stats.total.num_requests == 2
