import gc
from typing import Any

import pytest
from locust.stats import RequestStats

from swarmfile.definition.grammar import parse
from swarmfile.judge.slices import Counts, Slice, Slicer, of_scope
from swarmfile.stats.distribution import Figures

LINES = ["p95 < 1s", "p95 of /api/.* < 1s", 'error rate of "GET /api/a" by cause < 1%']


class Worker:
    """Locust's own statistics of a worker, cut once a second and sent now and then."""

    def __init__(self) -> None:
        self.stats = RequestStats(use_response_times_cache=False)
        self.slicer = Slicer([parse(line) for line in LINES])
        self.slices: list[Slice] = []

    def request(self, name: str, response_time: float, error: str | None = None) -> None:
        self.stats.log_request("GET", name, response_time, 10)  # type: ignore[arg-type]
        if error:
            self.stats.log_error("GET", name, error)

    def second(self, second: int) -> None:
        self.slices += self.slicer.cut(second, Counts.of(self.stats))

    def report(self, second: int) -> None:
        entries: list[Any] = self.stats.serialize_stats()
        total: Any = self.stats.total.get_stripped_report()
        errors: Any = self.stats.serialize_errors()
        self.stats.errors = {}
        self.slices += self.slicer.cut(second, Counts(total, entries, errors.values()))
        self.slicer.reset()

    def requests(self, scope: str) -> dict[int, int]:
        counts: dict[int, int] = {}
        for second, of, figures in self.slices:
            if of == scope:
                counts[second] = counts.get(second, 0) + figures.requests
        return counts


@pytest.fixture
def worker() -> Worker:
    return Worker()


def test_each_second_holds_its_own_requests(worker: Worker) -> None:
    for second, times in enumerate([[10, 20], [], [30], [40, 50, 60]]):
        for response_time in times:
            worker.request("/api/a", response_time)
        worker.second(second)
    assert worker.requests("all") == {0: 2, 2: 1, 3: 3}


def test_a_report_within_a_second_loses_and_doubles_nothing(worker: Worker) -> None:
    worker.request("/api/a", 10)
    worker.second(0)
    worker.request("/api/a", 20)
    worker.report(1)
    worker.request("/api/a", 30)
    worker.second(1)
    assert worker.requests("all") == {0: 1, 1: 2}
    assert total(worker, "all").times == {10: 1, 20: 1, 30: 1}


def test_a_scope_takes_its_requests_only(worker: Worker) -> None:
    worker.request("/api/a", 10)
    worker.request("/api/b", 20)
    worker.request("/home", 30)
    worker.second(0)
    assert worker.requests("/api/.*") == {0: 2}
    assert worker.requests('"GET /api/a"') == {0: 1}


def test_causes_travel_where_a_criterion_asks_for_them(worker: Worker) -> None:
    worker.request("/api/a", 10, "refused")
    worker.second(0)
    worker.request("/api/a", 10, "refused")
    worker.request("/api/a", 10, "timed out")
    worker.request("/api/b", 10, "elsewhere")
    worker.report(1)
    assert total(worker, '"GET /api/a"').causes == {"refused": 2, "timed out": 1}
    assert total(worker, "all").causes == {}
    assert total(worker, "all").failures == 4


def test_statistics_that_locust_reset_start_again(worker: Worker) -> None:
    worker.request("/api/a", 10)
    worker.request("/api/a", 10)
    worker.second(0)
    worker.stats.reset_all()
    worker.request("/api/a", 20)
    worker.second(1)
    assert worker.requests("all") == {0: 2, 1: 1}


def test_looking_at_statistics_leaves_the_access_to_them_quick(worker: Worker) -> None:
    worker.request("/api/a", 20)
    worker.second(1)
    # CPython refers to an object's values directly until somebody asks for them as a dict.
    dicts = [each for each in gc.get_referents(worker.stats.total) if isinstance(each, dict)]
    assert not [each for each in dicts if "num_requests" in each]


def test_all_that_locust_knows_of_a_scope_is_exact(worker: Worker) -> None:
    for name, response_time in [("/api/a", 147.3), ("/api/b", 12.34), ("/home", 1.0)]:
        worker.request(name, response_time)
    figures = of_scope(parse("p95 of /api/.* < 1s").scope, Counts.of(worker.stats))
    assert (figures.requests, figures.minimum, figures.maximum) == (2, 12.34, 147.3)


def total(worker: Worker, scope: str) -> Figures:
    figures = Figures()
    for _, of, part in worker.slices:
        if of == scope:
            figures.add(part)
    return figures
