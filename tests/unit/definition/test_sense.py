"""Criteria that hold, or break, whatever a run does are refused, with what was rather meant."""

import pytest

from swarmfile.definition.assertions import of_assertions
from swarmfile.definition.grammar import parse
from swarmfile.definition.words import CriterionError


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "error rate < 5",
            "5 without % is a share, and 1 is every request: write error rate < 5% or error rate < 0.05",
        ),
        (
            "error rate by 503 <= 1",
            "1 without % is a share, and 1 is every request: "
            "write error rate by 503 <= 1% or error rate by 503 <= 0.01",
        ),
        ("error rate < 500", "500 without % is a share, and 1 is every request: write at most 100%"),
        (
            "error rate <= 100%",
            "error rate <= 100% can never fail, as it is between 0% and 100%: write another limit",
        ),
        ("error rate < 120%", "can never fail"),
        ("error rate >= 0%", "can never fail"),
        ("error rate > 100%", "can never hold"),
        ("error rate < 0", "can never hold"),
        ("error rate < -1%", "can never hold"),
        ("p95 < 0ms", "p95 < 0ms can never hold, as it is never below 0: write another limit"),
        ("average < -3s", "can never hold"),
        ("p95 >= 0", "can never fail"),
        ("maximum != -1ms", "can never fail"),
        ("rate >= 0/s", "can never fail"),
        ("bytes < 0kB", "can never hold"),
        ("requests >= 0", "requests >= 0 can never fail, as it is a whole number from 0 on: write another limit"),
        ("requests == 1.5", "can never hold"),
        ("failures != 0.5", "can never fail"),
        ('count of value "x" >= 0', "can never fail"),
        ("p0 < 1s", "p0 is no percentile: write minimum"),
        ("p95 < 1s, warn after 30s", '"after" goes with abort only'),
        ("requests >= 1000, abort", "this would abort at once"),
    ],
)
def test_what_no_run_can_change_is_refused(line: str, message: str) -> None:
    with pytest.raises(CriterionError) as refused:
        parse(line)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "line",
    [
        "error rate < 5%",
        "error rate < 0.05",
        "error rate <= 0",
        "error rate < 100%",
        "error rate == 100%",
        "error rate > 0%",
        "p95 <= 0ms",
        "p100 < 3s",
        "requests > 0",
        "failures <= 0",
        "failures < 0.5",
        "rate > 0",
        'value "x" < -3',
        'value "x" >= 0',
        'sum of value "x" < 0',
        'count of value "x" > 0',
    ],
)
def test_what_some_run_keeps_and_another_breaks_is_read(line: str) -> None:
    assert parse(line).text == line


def test_a_threshold_that_every_run_keeps_is_refused_by_its_key() -> None:
    with pytest.raises(CriterionError, match=r"^assertions\.errorRateThreshold: error rate <= 100% can never fail"):
        of_assertions({"errorRateThreshold": 1})
