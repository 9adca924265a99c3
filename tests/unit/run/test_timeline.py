import json
import random
from collections.abc import Callable

import pytest

from swarmfile.run.delivery import Delivery, Sample
from swarmfile.run.finished import Run
from swarmfile.run.timeline import COLUMNS, MOST_POINTS, Timeline
from swarmfile.stats.distribution import Figures, bucket


def figures(*times: float, failures: int = 0) -> Figures:
    counts: dict[float, int] = {}
    for each in map(bucket, times):
        counts[each] = counts.get(each, 0) + 1
    return Figures(len(times), failures, sum(times), times=counts)


def column(told: dict[str, list[list[float]]], name: str) -> list[float]:
    return [row[COLUMNS.index(name)] for row in told["rows"]]


def test_what_several_workers_did_in_a_second_is_one_point(a_run: Callable[..., Run]) -> None:
    timeline, first = Timeline(), figures(10, 20)
    timeline.record(1, first)
    timeline.record(1, figures(30, failures=1))
    told = timeline.as_dict(a_run(started_at=1000.0, ended_at=1003.0))
    assert (column(told, "requests")[1], column(told, "failures")[1]) == (3, 1)
    assert (column(told, "p50_ms")[1], column(told, "p99_ms")[1]) == (20, 30)
    assert first.requests == 2, "whoever else holds the figures may go on counting"


def test_a_second_without_requests_is_a_point_without_percentiles(a_run: Callable[..., Run]) -> None:
    told = Timeline().as_dict(a_run(started_at=1000.0, ended_at=1002.0))
    assert column(told, "requests") == [0, 0, 0]
    assert column(told, "p95_ms") == [None, None, None]


@pytest.mark.parametrize("seconds", [MOST_POINTS - 1, MOST_POINTS, 3 * 3600])
def test_a_long_run_has_few_points_whose_percentiles_are_exact(a_run: Callable[..., Run], seconds: int) -> None:
    timeline, dice = Timeline(), random.Random(1)
    times = [[dice.uniform(1, 2000) for _ in range(3)] for _ in range(seconds)]
    for second, each in enumerate(times):
        timeline.record(second, figures(*each))
    told = timeline.as_dict(a_run(started_at=1000.0, ended_at=1000.0 + seconds - 0.5))
    step_s = told["step_s"]
    assert MOST_POINTS / 2 <= len(told["rows"]) <= MOST_POINTS
    assert sum(column(told, "requests")) == 3 * seconds
    third = figures(*(time for each in times[3 * step_s : 4 * step_s] for time in each))
    assert column(told, "p95_ms")[3] == third.percentile(95)
    assert len(json.dumps(told)) < 40_000


def test_a_report_that_comes_late_counts_in_its_second(a_run: Callable[..., Run]) -> None:
    timeline = Timeline()
    timeline.record(2, figures(5))
    timeline.record(60, figures(5))
    timeline.record(2, figures(7))
    told = timeline.as_dict(a_run(started_at=1000.0, ended_at=1061.0))
    assert (column(told, "requests")[2], column(told, "p99_ms")[2]) == (2, 7)


def test_users_are_those_of_the_samples_and_stages_are_phases(a_run: Callable[..., Run]) -> None:
    looks = [(0.1, 1, 0, "ramp", 1), (1.1, 5, 4, "ramp", 2), (3.2, 9, 9, "peak", 2)]
    samples = tuple(
        Sample(at_s, 1.0, planned, present, phase, workers) for at_s, planned, present, phase, workers in looks
    )
    told = Timeline().as_dict(a_run(started_at=1000.0, ended_at=1003.9, delivery=Delivery(samples)))
    assert column(told, "planned") == [1, 5, 5, 9]
    assert column(told, "present") == [0, 4, 4, 9]
    assert column(told, "workers") == [1, 2, 2, 2]
    assert told["phases"] == [
        {"name": "ramp", "start_s": 0.0, "end_s": 1.1},
        {"name": "peak", "start_s": 1.1, "end_s": 3.9},
    ]


def test_points_are_told_by_the_time_since_the_start(a_run: Callable[..., Run]) -> None:
    told = Timeline().as_dict(a_run(started_at=1000.25, ended_at=1002.5))
    assert column(told, "at_s") == [0.0, 0.8, 1.8]
