from collections.abc import Callable
from pathlib import Path

import pytest

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.report.data import Point, read_report
from tests.unit.cli.report.conftest import HISTORY, METRICS, STATE, VERDICT

Folder = Callable[..., Path]


def test_a_finished_run_is_read_from_its_two_files(folder: Folder) -> None:
    report = read_report(folder(verdict_json=VERDICT, metrics_json=METRICS))
    assert (report.run, report.outcome, report.reasons) == ("smoke-1", "FAIL", tuple(VERDICT["reasons"]))
    assert [each.request for each in report.endpoints] == ["GET /cart", "/<b>"]
    assert report.total
    assert (report.total.p95, report.total.rate) == (250.0, 20.0)
    assert [phase.name for phase in report.phases] == ["ramp", "peak"]
    assert report.exact


def test_rates_are_counts_over_the_time_that_they_were_counted_in(folder: Folder) -> None:
    points = read_report(folder(verdict_json=VERDICT, metrics_json=METRICS)).points
    assert points[1] == Point(0.8, 1.0, 3, 3, 2, 10.0, 1.0, 10.0, 200.0, 300.0)
    assert points[3].span_s == pytest.approx(1.1)
    assert points[3].rate == pytest.approx(30 / 1.1)


def test_a_cut_second_tells_no_rate(folder: Folder) -> None:
    points = read_report(folder(verdict_json=VERDICT, metrics_json=METRICS | {"elapsed_s": 2.9})).points
    assert points[3].rate is None


def test_failures_come_the_most_frequent_first_with_their_evidence(folder: Folder) -> None:
    many, few = read_report(folder(verdict_json=VERDICT, metrics_json=METRICS)).failures
    assert (many.cause, many.count, [one["trace"] for one in many.evidence]) == (
        "many",
        3,
        ["4bf92f3577b34da6a3ce929d0e0e4736"],
    )
    assert (few.cause, few.evidence) == ("few", ())


def test_a_run_that_was_lost_is_read_from_its_history(folder: Folder) -> None:
    lost = VERDICT | {"outcome": "INVALID", "reasons": ["cut short"], "assertions": []}
    report = read_report(folder(verdict_json=lost, state_json=STATE, locust_stats_history_csv=HISTORY))
    assert (report.outcome, report.exact, report.total) == ("INVALID", False, None)
    assert report.points[0] == Point(0, 1.0, present=0.0, rate=0.0, failure_rate=0.0)
    assert report.points[1] == Point(2, 1.0, None, 3.0, None, 5.5, 0.5, 10.0, 20.0, 30.0)


def test_a_run_that_goes_on_has_no_verdict(folder: Folder) -> None:
    assert read_report(folder(state_json=STATE)).outcome == "RUNNING"


@pytest.mark.parametrize("history", ["", "a,b\n1,2\n", HISTORY.replace("100", "soon"), "\0"])
def test_a_history_that_cannot_be_read_leaves_the_charts_out(folder: Folder, history: str) -> None:
    assert read_report(folder(verdict_json=VERDICT, locust_stats_history_csv=history)).points == ()


@pytest.mark.parametrize("cut", range(1, 35))
def test_a_line_that_was_cut_off_takes_no_other_with_it(folder: Folder, cut: int) -> None:
    history = HISTORY + HISTORY.splitlines(keepends=True)[-1][:-cut]
    report = read_report(folder(verdict_json=VERDICT, locust_stats_history_csv=history))
    assert [point.at_s for point in report.points][:2] == [0, 2]


def test_a_long_history_is_thinned_out(folder: Folder) -> None:
    line = "{},3,,Aggregated,5.5,0.5,10,20,30\n"
    history = HISTORY.splitlines(keepends=True)[0] + "".join(line.format(1000 + each) for each in range(10_000))
    points = read_report(folder(verdict_json=VERDICT, locust_stats_history_csv=history)).points
    assert 300 < len(points) <= 500


def test_a_long_cause_has_its_evidence_too(folder: Folder) -> None:
    counted, kept = METRICS["failures"][0] | {"error": "x" * 600}, METRICS["evidence"][0] | {"cause": "x" * 500}
    metrics = METRICS | {"failures": [counted], "evidence": [kept]}
    (failure,) = read_report(folder(verdict_json=VERDICT, metrics_json=metrics)).failures
    assert len(failure.evidence) == 1


@pytest.mark.parametrize("address", ["javascript:alert(1)", 7, "file:///etc/passwd"])
def test_only_a_web_address_is_a_dashboard(folder: Folder, address: object) -> None:
    assert read_report(folder(verdict_json=VERDICT, metrics_json={"dashboard": address})).dashboard is None


def test_a_folder_without_a_run_is_refused(folder: Folder) -> None:
    with pytest.raises(BadInputError, match=r"holds no run; give a folder with verdict\.json"):
        read_report(folder(metrics_json={}))


@pytest.mark.parametrize("run", ["/etc/passwd", "../a", "[/nope]", ["a"]])
def test_a_run_whose_name_is_none_is_refused(folder: Folder, run: object) -> None:
    with pytest.raises(BadInputError, match="is no name of a run; write letters, digits"):
        read_report(folder(verdict_json=VERDICT | {"run": run}))
