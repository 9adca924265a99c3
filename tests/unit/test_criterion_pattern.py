"""The pattern of criteria in the chart's schema accepts what the parser accepts, and no line that people get wrong."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swarmfile.definition.grammar import parse
from swarmfile.definition.words import CriterionError
from tools.criterion_pattern import criterion_pattern

ROOT = Path(__file__).parents[2]
PATTERN = re.compile(criterion_pattern())
# One of each word and some noise: about a third of the lines are criteria.
SUBJECTS = ["p50", "p99.9", "p0.5", "median", "avg", "maximum", "requests", "failures", "rate", "error rate", "bytes"]
VALUES = ['value "queue"', "p95 of value 'queue'", 'sum of value "x"', 'count of value "x"']
SCOPES = ["", " of all", ' of "GET /a, b"', " of /api/.*", " of GET /a{1,2}", " of POST", " by 503", ' by "a" of "b"']
OPERATORS = ["<", "<=", ">", ">=", "==", "!="]
NUMBERS = ["0", "5", "0.25", "300", "1e3", "1e-2", "99.5"]
UNITS = ["", "ms", "s", "m", "%", "/s", "/m", "B", "kB", "MB", "GB"]
SPANS = ["", " for 30s", " for 1h5m", ' during "peak hour"', " for 90 during peak"]
ENDS = ["", ", fail", ",warn", " , abort", ", abort after 1m"]
LINES = st.builds(
    "{}{} {}{}{}{}{}".format,
    st.sampled_from(SUBJECTS + VALUES),
    st.sampled_from(SCOPES),
    st.sampled_from(OPERATORS),
    st.sampled_from(["", " "]),
    st.builds("{}{}".format, st.sampled_from(NUMBERS), st.sampled_from(UNITS)),
    st.sampled_from(SPANS),
    st.sampled_from(ENDS),
)


def is_criterion(line: str) -> bool:
    try:
        parse(line)
    except CriterionError:
        return False
    return True


@settings(max_examples=2000)
@given(LINES)
def test_the_pattern_refuses_no_line_that_the_parser_reads(line: str) -> None:
    assert PATTERN.search(line) or not is_criterion(line), line


@pytest.mark.parametrize(
    "line",
    [
        "latency < 500ms",
        "p95 below 500ms",
        "p95",
        "p0 < 5ms",
        "p101 < 5ms",
        'p95 of "GET / < 5ms',
        "p95 < 500%",
        "p95 < -5ms",
        "p95 < 500 ms",
        "p95 => 500ms",
        "error rate < 5",
        "error rate < five%",
        "failures < 5%",
        "rate >= 5ms",
        "bytes < 5s",
        "p95 < 500ms for",
        "p95 < 500ms for ever",
        "p95 < 500ms, stop",
        "p95 < 500ms, abort after",
        "nonsense",
        "off",
    ],
)
def test_what_people_get_wrong_is_refused_by_both(line: str) -> None:
    assert not is_criterion(line)
    assert not PATTERN.search(line)


def test_the_schema_holds_this_pattern() -> None:
    schema = json.loads((ROOT / "locust-tests" / "chart-config" / "values.schema.json").read_text("utf-8"))
    assertions = schema["properties"]["assertions"]["properties"]
    assert assertions["criteria"]["items"]["pattern"] == assertions["safetyStop"]["pattern"] == PATTERN.pattern


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ('p95 of "POST /orders" <= +10% of baseline', True),
        ("rate >= -5% of baseline, warn", True),
        ("median < +2.5%  of baseline", True),
        ("p95 <= 10% of baseline", False),
        ("p95 <= +10ms of baseline", False),
        ("bytes <= +10% of baseline", False),
    ],
)
def test_a_change_from_the_baseline_is_a_criterion_for_both(line: str, is_one: bool) -> None:
    assert is_criterion(line) is is_one
    assert bool(PATTERN.search(line)) is is_one
