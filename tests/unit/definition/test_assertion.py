import pytest

from swarmfile.definition.assertion import Criterion, FailureCause
from swarmfile.definition.grammar import parse
from swarmfile.stats.distribution import Figures

FIGURES = Figures(
    requests=200,
    failures=10,
    total_ms=20_000.0,
    content_bytes=5_000_000,
    times={50: 100, 100: 80, 400: 20},
    causes={"HTTPError('503 Server Error')": 6, "ConnectTimeout('timed out')": 4},
)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("p50 < 1s", 100),
        ("p95 < 1s", 400),
        ("median < 1s", 100),
        ("average < 1s", 100.0),
        ("minimum > 0", 50),
        ("maximum < 1s", 400),
        ("requests > 1", 200),
        ("failures < 1", 10),
        ("failures by 503 < 1", 6),
        ('failures by "TIMED out" < 1', 4),
        ("rate > 1/s", 20.0),
        ("error rate < 1%", 0.05),
        ("error rate by 5xx < 1%", 0.03),
        ("error rate by 404 < 1%", 0.0),
        ("error rate by cause < 1%", 0.03),
        ("bytes < 1MB", 5_000_000),
        ('sum of value "orders" > 1', 20_000.0),
        ('count of value "orders" > 1', 200),
    ],
)
def test_a_subject_reads_its_figure(line: str, value: float) -> None:
    assert parse(line).reads(FIGURES, seconds=10) == pytest.approx(value)


@pytest.mark.parametrize(
    ("line", "threshold"),
    [("p95 < 1.5s", 1500), ("p95 < 300", 300), ("rate > 60/m", 1), ("error rate < 0.5%", 0.005), ("bytes < 2kB", 2000)],
)
def test_a_threshold_is_in_the_base_unit(line: str, threshold: float) -> None:
    assert parse(line).threshold == pytest.approx(threshold)


@pytest.mark.parametrize(
    ("operator", "held"),
    [("<", [1]), ("<=", [1, 2]), (">", [3]), (">=", [2, 3]), ("==", [2]), ("!=", [1, 3])],
)
def test_an_operator_compares(operator: str, held: list[int]) -> None:
    criterion = parse(f"requests {operator} 2")
    assert [value for value in (1, 2, 3) if criterion.holds(value)] == held


@pytest.mark.parametrize(
    ("cause", "error", "is_it"),
    [
        (FailureCause("503", is_status=True), "HTTPError('503 Server Error')", True),
        (FailureCause("5xx", is_status=True), "BadStatusCode('http://h/', code=502)", True),
        (FailureCause("503", is_status=True), "took 1503 ms", False),
        (FailureCause("refused"), "ConnectionRefusedError(111, 'Connection Refused')", True),
        (FailureCause("a.c"), "abc", False),
        (FailureCause(), "anything", True),
    ],
)
def test_a_cause_matches_errors(cause: FailureCause, error: str, is_it: bool) -> None:
    assert cause.matches(error) is is_it


@pytest.mark.parametrize("line", ["error rate < 1%", "rate > 1/s", "p95 < 1s"])
def test_nothing_is_read_where_nothing_was_counted(line: str) -> None:
    criterion: Criterion = parse(line)
    assert criterion.reads(Figures(), seconds=0) is None
