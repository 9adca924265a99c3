"""`baseline` and the criteria that speak of it, as the grammar reads them and refuses them."""

import pytest

from swarmfile.definition.assertion import Consequence
from swarmfile.definition.assertions import of_assertions
from swarmfile.definition.baseline import Baseline, of_setting
from swarmfile.definition.grammar import parse
from swarmfile.definition.settings import SettingsError
from swarmfile.definition.settings import parse as settings
from swarmfile.definition.words import CriterionError


@pytest.mark.parametrize(
    ("value", "baseline", "text"),
    [
        (None, Baseline(passes=1), "last-pass"),
        ("last-pass", Baseline(passes=1), "last-pass"),
        ("last 5 passes", Baseline(passes=5), "last 5 passes"),
        ("marked", Baseline(), "marked"),
        ("load-20261122-112007-08a1", Baseline(run="load-20261122-112007-08a1"), "load-20261122-112007-08a1"),
    ],
)
def test_a_baseline_is_read_and_written(value: object, baseline: Baseline, text: str) -> None:
    assert of_setting(value) == baseline
    assert str(baseline) == text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("last 99 passes", "baseline: 'last 99 passes' is out of reach; write at most last 20 passes"),
        (
            "last passes",
            "baseline: 'last passes' is no baseline; write last-pass, last 5 passes, marked, or a run's name",
        ),
    ],
)
def test_another_baseline_is_refused(value: str, message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings({"baseline": value})
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("text", "written", "number"),
    [
        ('p95 of "POST /orders" <= +10% of baseline', 'p95 of "POST /orders" <= +10% of baseline', 10),
        ("rate >= -5% of baseline, warn", "rate >= -5% of baseline, warn", -5),
        ("median of GET /a.* < +2.5% of baseline", "p50 of GET /a.* < +2.5% of baseline", 2.5),
    ],
)
def test_a_change_is_read_and_written(text: str, written: str, number: float) -> None:
    criterion = parse(text)
    assert criterion.of_baseline
    assert criterion.number == number
    assert str(criterion) == written
    assert parse(written) == criterion


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "p95 <= 10% of baseline",
            '"10%" of baseline is no change: write one with its sign and %, as in <= +10% of baseline',
        ),
        ("p95 <= +10ms of baseline", '"+10ms" of baseline is no change: write one with its sign and %, as in'),
        (
            "error rate <= +1% of baseline",
            "error rate cannot be compared with a baseline: write a percentile of requests",
        ),
        ('p95 of value "x" <= +1% of baseline', "p95 cannot be compared with a baseline"),
        ("p95 == +0% of baseline", "== of baseline: two runs are never equal; write <= or >="),
        ("rate >= -100% of baseline", "-100% of baseline leaves nothing: write more than -100%"),
        ("p95 <= +1% of baseline for 30s", "a baseline is compared with the whole run: leave out for and during"),
        ("p95 <= +1% of baseline, abort", "a baseline is compared when the run is over: write warn, or nothing"),
    ],
)
def test_what_no_baseline_can_say_is_refused_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(CriterionError) as refused:
        parse(text)
    assert str(refused.value).startswith(message)


def test_settings_keep_them_apart_from_what_is_judged_each_second() -> None:
    lines = {"criteria": ["p95 <= +1% of baseline, warn", "p99 < 1s"]}
    assertions = settings({"assertions": lines}).assertions
    assert [each.consequence for each in assertions.relative] == [Consequence.WARN]
    assert len(assertions.criteria) + 1 == len(of_assertions(lines))
