from collections.abc import Callable
from pathlib import Path

import pytest

from swarmfile.cli.report.charts import HEIGHT, WIDTH, charts, path, ticks_across, ticks_up
from swarmfile.cli.report.data import Point, Report, read_report
from tests.unit.cli.report.conftest import METRICS, VERDICT


def rates(*values: float | None) -> list[Point]:
    return [Point(float(at_s), 1.0, rate=value) for at_s, value in enumerate(values)]


def drawn(*values: float | None) -> str:
    return path(rates(*values), lambda point: point.rate, end_s=4.0, top=10.0)


def test_a_line_goes_through_the_middle_of_each_second() -> None:
    assert drawn(0, 5, 10, 0) == f"M125.0 {HEIGHT:.1f}h0L375.0 {HEIGHT / 2:.1f}L625.0 0.0L875.0 {HEIGHT:.1f}"
    assert WIDTH == 1000


def test_a_line_is_interrupted_where_nothing_was_measured() -> None:
    assert drawn(10, None, 10, None) == "M125.0 0.0h0M625.0 0.0h0"


def test_nothing_measured_is_no_line() -> None:
    assert drawn(None, None) == ""


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 0.25, 0.5, 0.75, 1]),
        (4, [0, 1, 2, 3, 4]),
        (10, [0, 2.5, 5, 7.5, 10]),
        (101, [0, 50, 100, 150]),
        (0.03, [0, 0.01, 0.02, 0.03]),
        (8400, [0, 2500, 5000, 7500, 10000]),
    ],
)
def test_values_have_round_ticks_up_to_the_highest(highest: float, ticks: list[float]) -> None:
    assert ticks_up(highest) == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("end_s", "ticks"),
    [(4, [0, 1, 2, 3, 4]), (20, [0, 5, 10, 15, 20]), (130, [0, 30, 60, 90, 120]), (10800, [0, 3600, 7200, 10800])],
)
def test_time_has_few_round_ticks(end_s: float, ticks: list[float]) -> None:
    assert ticks_across(end_s) == ticks


@pytest.fixture
def report(folder: Callable[..., Path]) -> Report:
    return read_report(folder(verdict_json=VERDICT, metrics_json=METRICS))


def test_there_is_a_chart_for_users_rate_response_times_and_errors(report: Report) -> None:
    assert [chart.id for chart in charts(report)] == ["chart-users", "chart-rate", "chart-latency", "chart-errors"]


def test_a_chart_says_what_it_shows_to_those_who_do_not_see_it(report: Report) -> None:
    users, _, latency, _ = charts(report)
    assert users.summary == "Users over 0:04: planned, at most 5; present, at most 4"
    assert latency.summary.endswith("p50, at most 10 ms; p95, at most 250 ms; p99, at most 900 ms")


def test_phases_are_bands_that_together_cover_the_run(report: Report) -> None:
    ramp, peak = charts(report)[0].bands
    assert (ramp.name, ramp.left, peak.name) == ("ramp", 0, "peak")
    assert ramp.left + ramp.width == pytest.approx(peak.left)
    assert peak.left + peak.width == pytest.approx(100)


def test_one_point_is_no_chart(report: Report) -> None:
    assert charts(Report("r", "INVALID", {}, {}, {}, points=report.points[:1])) == ()
