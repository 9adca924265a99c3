import pytest
from locust.stats import StatsError

from swarmfile.definition.grammar import parse
from swarmfile.judge.board import Standing
from swarmfile.judge.sentences import main_cause, sentence, too_few
from swarmfile.stats.sufficiency import Sufficiency
from swarmfile.verdict import AssertionState


@pytest.mark.parametrize(
    ("line", "state", "value", "end_s", "says"),
    [
        ("p95 < 300ms", AssertionState.BROKEN, 412.0, None, "p95 was 412 ms, not < 300ms"),
        ("p95 <= 1000ms", AssertionState.BROKEN, 10100.0, None, "p95 was 10,100 ms, not <= 1000ms"),
        ("p95 <= 1000ms", AssertionState.BROKEN, 1234567.8, None, "p95 was 1,234,568 ms, not <= 1000ms"),
        ("p95 < 1ms", AssertionState.BROKEN, 1.25, None, "p95 was 1.25 ms, not < 1ms"),
        ("p95 < 1ms", AssertionState.HELD, 0.0, None, "p95 was 0 ms, as wanted: < 1ms"),
        ("rate >= 200/s", AssertionState.HELD, 12345.6, None, "rate was 12,346/s, as wanted: >= 200/s"),
        ("requests < 9", AssertionState.BROKEN, 1234567, None, "requests was 1,234,567, not < 9"),
        ("error rate <= 0", AssertionState.BROKEN, 0.0000012, None, "error rate was 0.00012%, not <= 0"),
        (
            'value "queue" < 5',
            AssertionState.BROKEN,
            12345678.9,
            None,
            'average of value "queue" was 12,345,679, not < 5',
        ),
        ("error rate <= 0.5%", AssertionState.BROKEN, 0.0123, None, "error rate was 1.23%, not <= 0.5%"),
        ("rate >= 200/s", AssertionState.HELD, 210.25, None, "rate was 210.2/s, as wanted: >= 200/s"),
        (
            'p95 of "GET /a" < 1s for 30s',
            AssertionState.BROKEN,
            1500,
            80,
            'p95 of "GET /a" was 1,500 ms in the 30 s up to 1:20 of the run, not < 1s',
        ),
        ('requests >= 5 during "peak"', AssertionState.BROKEN, 3, None, 'requests during "peak" was 3, not >= 5'),
        ('value "queue" < 5', AssertionState.BROKEN, 7.5, None, 'average of value "queue" was 7.5, not < 5'),
        ("bytes < 1kB", AssertionState.BROKEN, 2048, None, "bytes was 2,048 B, not < 1kB"),
        (
            "p95 of /a < 1s",
            AssertionState.UNKNOWN,
            None,
            None,
            "p95 of /a < 1s says nothing: its scope never had a request; check the name against the report's table",
        ),
        (
            "p95 < 1s for 30s",
            AssertionState.UNKNOWN,
            None,
            None,
            "p95 < 1s for 30s says nothing: no request of its scope ended in any window of 30 whole seconds",
        ),
        (
            'p95 < 1s during "peak"',
            AssertionState.UNKNOWN,
            None,
            None,
            'p95 < 1s during "peak" says nothing: no request of its scope ended during "peak"',
        ),
    ],
)
def test_a_criterion_ends_in_a_sentence(
    line: str, state: AssertionState, value: float | None, end_s: int | None, says: str
) -> None:
    assert sentence(Standing(parse(line), state, value, end_s)) == says


@pytest.mark.parametrize(
    ("line", "state", "says"),
    [
        ("error rate < 1%", AssertionState.BROKEN, "; most often 3 times TimeoutError('slow') at GET /b"),
        ("failures of GET /a < 1", AssertionState.BROKEN, "; most often 2 times ConnectionError('refused') at GET /a"),
        ("error rate < 1%", AssertionState.HELD, ""),
        ("p95 < 1ms", AssertionState.BROKEN, ""),
        ("error rate of /c < 1%", AssertionState.BROKEN, ""),
    ],
)
def test_failures_end_with_their_main_cause(line: str, state: AssertionState, says: str) -> None:
    errors = [
        StatsError("GET", "/a", ConnectionError("refused"), occurrences=2),
        StatsError("GET", "/b", TimeoutError("slow"), occurrences=3),
    ]
    assert main_cause(Standing(parse(line), state, 5, None), errors) == says


def test_a_long_cause_is_cut() -> None:
    cause = main_cause(
        Standing(parse("failures < 1"), AssertionState.BROKEN, 5, None), [StatsError("GET", "/", "x" * 999)]
    )
    assert len(cause) < 400


@pytest.mark.parametrize(
    ("state", "evidence", "says"),
    [
        (
            AssertionState.HELD,
            Sufficiency(212, 0, 0.01),
            "p99 < 800ms held in 212 requests; 299 are needed to say so: run longer",
        ),
        (
            AssertionState.BROKEN,
            Sufficiency(1200, 14, 0.01, 4.0),
            "p99 < 800ms broke in 1,200 requests that count as 300, since neighbours are alike; 54,000 are needed",
        ),
        (
            AssertionState.HELD,
            Sufficiency(1000, 10, 0.01),
            "p99 < 800ms held in 1,000 requests; no number of them would decide: it is the limit",
        ),
        (AssertionState.HELD, Sufficiency(299, 0, 0.01), ""),
        (AssertionState.UNKNOWN, Sufficiency(212, 0, 0.01), ""),
        (AssertionState.HELD, None, ""),
    ],
)
def test_how_many_requests_are_too_few(state: AssertionState, evidence: Sufficiency | None, says: str) -> None:
    found = too_few(Standing(parse("p99 < 800ms"), state, 790.0), evidence)
    assert found == says or (says and found.startswith(says.split(" 54,000")[0]))
