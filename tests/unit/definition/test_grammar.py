import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmfile.definition.assertion import UNITS, Consequence, Criterion, FailureCause, Statistic, Subject
from swarmfile.definition.grammar import parse
from swarmfile.definition.words import CriterionError
from swarmfile.stats.scope import Scope, ScopeKind

CHECKOUT = Scope(ScopeKind.NAME, "GET /checkout")


@pytest.mark.parametrize(
    ("line", "criterion"),
    [
        ("p99 < 800ms", Criterion(Subject(Statistic.PERCENTILE, 99), "<", 800, "ms")),
        ("p99.9<800ms", Criterion(Subject(Statistic.PERCENTILE, 99.9), "<", 800, "ms")),
        (
            'error rate of "GET /checkout" <= 0.5%',
            Criterion(Subject(Statistic.ERROR_RATE), "<=", 0.5, "%", CHECKOUT),
        ),
        (
            'p95 of "POST /orders" < 300ms for 30s, abort',
            Criterion(
                Subject(Statistic.PERCENTILE, 95),
                "<",
                300,
                "ms",
                Scope(ScopeKind.NAME, "POST /orders"),
                window_s=30,
                consequence=Consequence.ABORT,
            ),
        ),
        ('rate >= 200/s during "peak"', Criterion(Subject(Statistic.RATE), ">=", 200, "/s", phase="peak")),
        (
            "p95 of /api/.* < 1s, warn",
            Criterion(
                Subject(Statistic.PERCENTILE, 95),
                "<",
                1,
                "s",
                Scope(ScopeKind.PATTERN, "/api/.*"),
                consequence=Consequence.WARN,
            ),
        ),
        (
            "avg of POST /a{1,2} < 1s for 1m30s during peak, abort after 2m",
            Criterion(
                Subject(Statistic.AVERAGE),
                "<",
                1,
                "s",
                Scope(ScopeKind.PATTERN, "/a{1,2}", "POST"),
                window_s=90,
                phase="peak",
                consequence=Consequence.ABORT,
                grace_s=120,
            ),
        ),
        ('value "queue" < 10', Criterion(Subject(Statistic.AVERAGE), "<", 10, "", Scope(ScopeKind.VALUE, "queue"))),
        (
            "error rate by '5xx seen' < 0.01",
            Criterion(Subject(Statistic.ERROR_RATE, cause=FailureCause("5xx seen")), "<", 0.01),
        ),
        (
            'failures of "GET /checkout" by 503 < 3',
            Criterion(Subject(Statistic.FAILURES, cause=FailureCause("503", is_status=True)), "<", 3, "", CHECKOUT),
        ),
        (
            'failures of GET by "timed out" < 3',
            Criterion(
                Subject(Statistic.FAILURES, cause=FailureCause("timed out")),
                "<",
                3,
                "",
                Scope(ScopeKind.PATTERN, "", "GET"),
            ),
        ),
        ("p95 < 300", Criterion(Subject(Statistic.PERCENTILE, 95), "<", 300, "ms")),
    ],
)
def test_a_line_reads_as(line: str, criterion: Criterion) -> None:
    assert parse(line) == criterion
    assert parse(line).text == line


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("eror rate < 1%", 'unknown subject "eror rate": write error rate'),
        ("p(95) < 500", 'unknown subject "p(95)": write p95'),
        ("averge < 1s", 'unknown subject "averge": write average'),
        ("p95 on /a < 1s", 'unknown word "on": write of'),
        ("p95 < 300%", '"%" is no unit of p95: write for example 300ms'),
        ("error rate < 5ms", '"ms" is no unit of error rate: write for example 0.5%'),
        ("p95 < fast", '"fast" is no threshold: write a number with its unit'),
        ("p95 = 3ms", '"=" is no comparison: write one of'),
        ("p95 < 1s fro 30s", 'unknown word after the threshold "fro": write for'),
        ("p95 < 1s, abbort", 'unknown consequence "abbort": write abort'),
        ("p95 < 1s for ever", "'ever' is not a duration; write for example 90, 2m or 1h30m"),
        ("p95 < 1s for 0s", "a window has at least one second"),
        ("p95 of /api/* < 1s", 'in a pattern any text is ".*"; write /api/.*'),
        ("p95 of /a( < 1s", "is no pattern"),
        ('p95 of "/a < 1s', "close the quotes"),
        ("p95 by 503 < 1s", "only failures and error rate"),
        ("error rate by timeout < 1%", '"timeout" is no cause'),
        ("rate of value 'x' < 1", "values have a percentile, average"),
        ("count < 5", "is for values"),
        ("p95 < 1s, warn, abort", "a criterion has one consequence, not warn and abort"),
        ("p95 < 1e999", '"1e999" is more than any number: write a smaller one'),
        ("", "unknown subject"),
        ("p95", "is no comparison"),
    ],
)
def test_a_wrong_word_is_refused_with_the_right_one(line: str, message: str) -> None:
    with pytest.raises(CriterionError) as refused:
        parse(line)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


names = st.text(min_size=1, max_size=20).filter(lambda text: text.strip())
patterns = st.text(string.ascii_lowercase + "/.", min_size=1, max_size=12).map(lambda text: "/" + text)
scopes = st.one_of(
    st.just(Scope()),
    st.builds(Scope, st.just(ScopeKind.NAME), names),
    st.builds(Scope, st.just(ScopeKind.PATTERN), patterns, st.sampled_from([None, "GET", "POST"])),
    st.builds(Scope, st.just(ScopeKind.PATTERN), st.just(""), st.sampled_from(["GET", "DELETE"])),
)
causes = st.one_of(
    st.none(), st.builds(FailureCause), st.builds(FailureCause, names), st.just(FailureCause("5xx", is_status=True))
)
measured = st.one_of(
    st.builds(Subject, st.just(Statistic.PERCENTILE), st.sampled_from([50.0, 95.0, 99.9, 99.99, 100.0])),
    st.builds(Subject, st.sampled_from([Statistic.AVERAGE, Statistic.MINIMUM, Statistic.MAXIMUM, Statistic.BYTES])),
)
counted = st.one_of(
    st.builds(Subject, st.just(Statistic.REQUESTS)), st.builds(Subject, st.just(Statistic.FAILURES), cause=causes)
)
shares = st.builds(Subject, st.just(Statistic.ERROR_RATE), cause=causes)
limits = st.one_of(
    st.tuples(measured, st.floats(1e-3, 1e6)),
    st.tuples(counted, st.integers(1, 10**6).map(float)),
    st.tuples(shares, st.floats(1e-6, 0.999)),
)


@given(
    limit=limits,
    operator=st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    span=st.fixed_dictionaries(
        {
            "scope": scopes,
            "window_s": st.one_of(st.none(), st.integers(1, 86400)),
            "phase": st.one_of(st.none(), names),
            "consequence": st.sampled_from([Consequence.FAIL, Consequence.WARN]),
        }
    ),
)
def test_every_criterion_reads_back_from_its_own_text(
    limit: tuple[Subject, float], operator: str, span: dict[str, Any]
) -> None:
    subject, threshold = limit
    times = (Statistic.PERCENTILE, Statistic.AVERAGE, Statistic.MINIMUM, Statistic.MAXIMUM)
    unit = "ms" if subject.statistic in times else ""
    criterion = Criterion(subject, operator, threshold, unit, **span)
    assert parse(str(criterion)) == criterion


@given(st.text())
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    try:
        criterion = parse(text)
    except CriterionError as error:
        assert str(error)  # noqa: PT017
    else:
        assert criterion.unit in UNITS
