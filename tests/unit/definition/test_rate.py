"""Rates over time: when each arrival is due, and how many are by then."""

import math

import pytest

from swarmfile.definition.rate import RateCourse, RateStage, parse_rate, scaled

SHAPE = (RateStage("climb", 20, 10, 10), RateStage("rest", 0, 5), RateStage("jump", 50, 4))


@pytest.mark.parametrize(("text", "rate"), [("500/s", 500), ("30/m", 0.5), ("7.2 / h", 0.002)])
def test_a_rate_reads_per_second(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["500", 500, "/s", "5/d", "-1/s", "1e3/s", ""])
def test_a_rate_needs_number_and_unit(text: object) -> None:
    with pytest.raises(ValueError, match="is no rate; write arrivals per second, minute or hour"):
        parse_rate(text)


@pytest.mark.parametrize(
    ("at_s", "rate", "count"),
    [(-1, 0, 0), (0, 0, 0), (5, 10, 25), (10, 0, 100), (12, 0, 100), (15, 50, 100), (17, 50, 200), (19, 0, 300)],
)
def test_ramps_pauses_and_jumps_add_up(at_s: float, rate: float, count: float) -> None:
    course = RateCourse(SHAPE)
    assert course.rate(at_s) == pytest.approx(rate)
    assert course.count(at_s) == pytest.approx(count)


def test_each_arrival_is_due_when_so_many_are() -> None:
    course = RateCourse(SHAPE)
    times = [course.time(k) for k in range(300)]
    assert times == sorted(times, key=lambda time: time or 0)
    assert [course.count(time or 0) for time in times] == pytest.approx(range(300), abs=1e-5)
    assert (times[0], round(times[99] or 0, 3), times[100], course.time(300)) == (0, 9.95, 15, None)


@pytest.mark.parametrize(("at_s", "due"), [(0, 1), (0.1, 2), (0.15, 2), (1.0, 11), (1.95, 20), (2, 20), (99, 20)])
def test_an_arrival_counts_from_its_moment_on(at_s: float, due: int) -> None:
    assert RateCourse([RateStage("", 10, 2)]).due(at_s) == due


def test_arrivals_do_not_drift_in_a_month() -> None:
    course = RateCourse([RateStage("", 1000 / 3, math.inf)])
    month_s = 30 * 86400
    assert course.time(month_s * 1000 / 3) == pytest.approx(month_s, abs=1e-6)
    assert course.duration_s == math.inf


def test_a_rate_scales_the_highest_stage_and_a_run_time_all_durations() -> None:
    stages = scaled((RateStage("a", 10, 20, 10), RateStage("b", 40, 60)), 80, 40)
    assert stages == (RateStage("a", 20, 10, 5), RateStage("b", 80, 30))
    assert scaled(stages, None, None) == stages
