from collections.abc import Mapping

import pytest

from swarmfile.definition.grammar import parse
from swarmfile.judge.board import Board, Standing
from swarmfile.stats.distribution import Figures
from swarmfile.verdict import AssertionState

SLOW = Figures(10, 0, 4000, 0, {400: 10})
FAST = Figures(10, 0, 1000, 0, {100: 10})
FAILING = Figures(10, 10, 1000, 0, {100: 10}, {"refused": 10})


def standing(
    line: str, seconds: Mapping[int, Figures], *, until: float = 20, warm_up_s: int = 0, cool_down_s: int = 0
) -> Standing:
    criterion = parse(line)
    board = Board([criterion], warm_up_s=warm_up_s, cool_down_s=cool_down_s)
    for second in range(int(until)):
        if second in seconds:
            board.record(second, str(criterion.scope), copy(seconds[second]))
        board.advance(second + 1, phase="base" if second < 10 else "peak")
    board.finish(until)
    return board.standings()[0]


@pytest.mark.parametrize(
    ("line", "requests", "violations", "limit"),
    [
        ("p95 < 300ms", 200, 10, 0.05),
        ("p95 <= 400ms", 200, 0, 0.05),
        ("error rate < 2%", 200, 10, 0.02),
        ('error rate by "refused" < 2%', 200, 10, 0.02),
        ('error rate by "timeout" < 2%', 200, 0, 0.02),
        ('p95 < 300ms during "peak"', 90, 0, 0.05),
    ],
)
def test_a_criterion_that_allows_a_share_counts_its_violations(
    line: str, requests: int, violations: int, limit: float
) -> None:
    criterion = parse(line)
    board = Board([criterion])
    for second in range(20):
        figures = {3: SLOW, 4: FAILING}.get(second, FAST)
        board.record(second, "all", copy(figures))
        board.advance(second + 1, phase="base" if second < 10 else "peak")
    board.finish(20)
    evidence = board.sufficiency(criterion)
    assert evidence
    assert (evidence.requests, evidence.violations) == (requests, violations)
    assert evidence.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    "line", ["average < 300ms", "p95 > 10ms", "p95 < 300ms for 5s", "error rate <= 0", "p100 < 1s"]
)
def test_a_criterion_that_allows_no_share_has_no_evidence(line: str) -> None:
    criterion = parse(line)
    board = Board([criterion])
    board.record(0, "all", copy(FAST))
    board.finish(20)
    assert board.sufficiency(criterion) is None


def copy(figures: Figures) -> Figures:
    return Figures.of_wire([dict(part) if isinstance(part, dict) else part for part in figures.wire()])


def every_second(figures: Figures, but: Mapping[int, Figures] | None = None) -> dict[int, Figures]:
    return dict.fromkeys(range(20), figures) | dict(but or {})


@pytest.mark.parametrize(
    ("line", "seconds", "state", "value"),
    [
        ("p95 < 300ms", every_second(FAST), AssertionState.HELD, 100),
        ("p95 < 300ms", every_second(FAST, {3: SLOW}), AssertionState.BROKEN, 400),
        ("p50 < 300ms", every_second(FAST, {3: SLOW}), AssertionState.HELD, 100),
        ("rate >= 10/s", every_second(FAST), AssertionState.HELD, 10),
        ("rate > 10/s", every_second(FAST), AssertionState.BROKEN, 10),
        ("p95 < 300ms", {}, AssertionState.UNKNOWN, None),
        ("requests >= 1 ", {}, AssertionState.UNKNOWN, None),
        ("error rate by cause < 10%", every_second(FAST, {3: FAILING}), AssertionState.HELD, 0.05),
    ],
)
def test_without_a_window_all_seconds_count_together(
    line: str, seconds: dict[int, Figures], state: AssertionState, value: float | None
) -> None:
    found = standing(line, seconds)
    assert (found.state, found.value) == (state, value)


@pytest.mark.parametrize(
    ("line", "state", "value", "end_s"),
    [
        ("average < 300ms for 5s", AssertionState.HELD, 160.0, 8),
        ("average < 300ms for 1s", AssertionState.BROKEN, 400.0, 8),
        ("average < 159ms for 5s", AssertionState.BROKEN, 160.0, 8),
        ("average < 300ms for 20s", AssertionState.HELD, 115.0, 20),
        ("average < 300ms for 21s", AssertionState.UNKNOWN, None, None),
        ("average >= 100ms for 5s", AssertionState.HELD, 100.0, 5),
        ("rate >= 10/s for 5s", AssertionState.HELD, 10.0, 5),
    ],
)
def test_a_window_is_broken_by_its_worst_time(
    line: str, state: AssertionState, value: float | None, end_s: int | None
) -> None:
    found = standing(line, every_second(FAST, {7: SLOW}))
    assert (found.state, found.value, found.window_end_s) == (state, value, end_s)


def test_a_window_that_recovers_stays_broken() -> None:
    assert standing("p95 < 300ms for 2s", every_second(FAST, {2: SLOW})).state is AssertionState.BROKEN


def test_seconds_without_requests_lower_the_rate_of_a_window() -> None:
    seconds = every_second(FAST)
    del seconds[10], seconds[11]
    assert standing("rate >= 7/s for 5s", seconds).value == 6.0


def test_a_window_with_nothing_to_read_is_passed_over() -> None:
    found = standing("p95 < 300ms for 2s", {0: FAST, 1: FAST, 15: FAST})
    assert (found.state, found.value) == (AssertionState.HELD, 100)


def test_the_last_partial_second_belongs_to_no_window() -> None:
    seconds = every_second(FAST)
    assert standing("rate >= 10/s for 5s", {**seconds, 20: Figures(1, 0, 100, 0, {100: 1})}, until=20.3).value == 10.0


@pytest.mark.parametrize(
    ("line", "warm_up_s", "cool_down_s", "state"),
    [
        ("maximum < 300ms", 0, 0, AssertionState.BROKEN),
        ("maximum < 300ms", 5, 0, AssertionState.HELD),
        ("maximum < 300ms for 2s", 5, 0, AssertionState.HELD),
        ("requests <= 150", 5, 0, AssertionState.HELD),
        ("requests <= 149", 5, 0, AssertionState.BROKEN),
        ("requests <= 120", 5, 4, AssertionState.HELD),
        ("maximum < 300ms", 30, 0, AssertionState.UNKNOWN),
    ],
)
def test_warm_up_and_cool_down_do_not_count(line: str, warm_up_s: int, cool_down_s: int, state: AssertionState) -> None:
    seconds = every_second(FAST, {2: SLOW})
    assert standing(line, seconds, warm_up_s=warm_up_s, cool_down_s=cool_down_s).state is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ('maximum < 300ms during "base"', AssertionState.HELD),
        ('maximum < 300ms during "peak"', AssertionState.BROKEN),
        ('maximum < 300ms for 3s during "peak"', AssertionState.BROKEN),
        ('maximum < 300ms for 11s during "peak"', AssertionState.UNKNOWN),
        ('maximum < 300ms during "over"', AssertionState.UNKNOWN),
    ],
)
def test_a_phase_judges_its_own_seconds(line: str, state: AssertionState) -> None:
    assert standing(line, every_second(FAST, {12: SLOW})).state is state


def test_figures_of_several_workers_come_together_though_they_come_late() -> None:
    board = Board([parse("requests == 30 for 1s")])
    for second in range(5):
        board.record(second, "all", copy(FAST))
        board.record(second, "all", copy(FAST))
        board.advance(second + 1)
        board.record(max(second - 3, 0) if second > 3 else second, "all", copy(FAST))
    board.finish(3)
    assert board.standings()[0].state is AssertionState.BROKEN


def test_what_comes_after_its_second_was_judged_is_counted_still() -> None:
    board = Board([parse("requests == 10")])
    board.advance(10)
    board.record(1, "all", copy(FAST))
    board.finish(12)
    assert board.standings()[0].state is AssertionState.HELD


@pytest.mark.parametrize(
    ("line", "aborted_at"),
    [
        ("error rate < 50%, abort", 5),
        ("error rate < 50% for 10s, abort", 14),
        ("error rate < 50%, abort after 12s", 17),
        ("error rate < 50%", None),
        ("error rate < 50% for 60s, abort", None),
    ],
)
def test_abort_ends_the_run_once_a_second_is_complete(line: str, aborted_at: int | None) -> None:
    board = Board([parse(line)])
    aborted = None
    for second in range(40):
        board.record(second, "all", copy(FAILING))
        if board.advance(second + 1) and aborted is None:
            aborted = second + 1
    assert aborted == aborted_at


def test_memory_stays_bounded_by_the_window() -> None:
    board = Board([parse("p95 < 1s for 30s"), parse("p95 < 1s")])
    for second in range(3600):
        board.record(second, "all", copy(FAST))
        board.advance(second + 1)
    tracker = board._trackers[0]
    assert (len(board._seconds), len(tracker._window), len(tracker._waiting)) == (4, 30, 0)
