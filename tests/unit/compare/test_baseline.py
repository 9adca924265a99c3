"""Which runs are a baseline, and how criteria stand beside them."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from swarmfile.compare.baseline import Against, chosen, judging
from swarmfile.compare.kept import KeptRun
from swarmfile.definition.assertion import Criterion
from swarmfile.definition.baseline import Baseline
from swarmfile.definition.grammar import parse
from swarmfile.verdict import AssertionState
from tests.unit.compare.made_runs import made_blocks

BLOCKS = made_blocks(random.Random(1), per_s=60)
HELD, BROKEN, UNKNOWN = AssertionState.HELD, AssertionState.BROKEN, AssertionState.UNKNOWN


def made(name: str, outcome: str = "PASS", workers: str = "2", test_type: str = "load", problem: str = "") -> KeptRun:
    return KeptRun(name, test_type, outcome, 0.0, facts={"workers": workers}, blocks=BLOCKS, problem=problem)


NOW = made("now", "FAIL")
KEPT = [made("e", "FAIL"), made("d"), made("now"), made("c", workers="4"), made("b"), made("a", test_type="smoke")]


@pytest.mark.parametrize(
    ("baseline", "names"),
    [
        (Baseline(passes=1), ["d"]),
        (Baseline(passes=5), ["d", "b"]),
        (Baseline(run="b"), ["b"]),
        (Baseline(), ["b"]),
    ],
)
def test_the_newest_runs_that_passed_and_are_alike_are_chosen(baseline: Baseline, names: list[str]) -> None:
    found, why = chosen(baseline, KEPT, NOW, {"b", "e"})
    assert [run.run for run in found] == names
    assert why == ""


@pytest.mark.parametrize(
    ("baseline", "runs", "why"),
    [
        (Baseline(passes=1), [], "there is no run of load with PASS before it"),
        (Baseline(run="e"), KEPT, "there is no run e with PASS"),
        (Baseline(), KEPT, "no run is marked: swarmfile baseline set RUN"),
        (Baseline(passes=1), [made("c", workers="4")], "c cannot be compared: workers: 4 and 2"),
        (Baseline(passes=1), [made("old", problem="it is too old")], "old cannot be compared: it is too old"),
        (
            Baseline(passes=1),
            [replace(made("short"), blocks=BLOCKS[:2])],
            "short cannot be compared: one of the two is too short; let runs last at least 30s after warmUp",
        ),
    ],
)
def test_where_there_is_none_it_says_why(baseline: Baseline, runs: Sequence[KeptRun], why: str) -> None:
    assert chosen(baseline, runs, NOW, set()) == ([], why)


def judged(*criteria: str, slower: float = 0.0, runs: int = 3) -> list[Against]:
    chance = random.Random(3)
    before = [replace(NOW, blocks=made_blocks(chance, per_s=60)) for _ in range(runs)]
    after = replace(NOW, blocks=made_blocks(chance, per_s=60, slower=slower))
    *steps, last = judging([parse(each) for each in criteria], before, after)
    assert set(steps) == {None}
    assert last is not None
    return last


@pytest.mark.parametrize(
    ("slower", "criterion", "state"),
    [
        (0.5, 'p95 of "GET /a" <= +10% of baseline', BROKEN),
        (0.5, "p95 of GET /.* >= +10% of baseline", HELD),
        (0.0, "p95 <= +50% of baseline", HELD),
        (0.0, "rate >= -50% of baseline", HELD),
        (0.0, "rate >= +50% of baseline", BROKEN),
        (0.1, "p95 <= +10% of baseline", UNKNOWN),
        (0.0, 'p95 of "GET /b" <= +10% of baseline', UNKNOWN),
    ],
)
def test_a_criterion_holds_breaks_or_cannot_be_told(slower: float, criterion: str, state: AssertionState) -> None:
    [stands] = judged(criterion, slower=slower)
    assert stands.state is state


def test_values_are_those_of_both_sides_and_the_limit_is_a_value_too() -> None:
    [stands] = judged("p50 <= +10% of baseline", slower=0.5)
    assert stands.before == pytest.approx(100, rel=0.1)
    assert stands.after == pytest.approx(150, rel=0.1)
    assert stands.before
    assert stands.limit == pytest.approx(stands.before * 1.1)
    assert stands.low < stands.change < stands.high


def test_criteria_hold_together() -> None:
    limits = [f"p95 <= +{change}% of baseline" for change in (20, 21, 22, 23, 24, 25)]
    alone, together = judged(limits[-1])[0], judged(*limits)[-1]
    assert isinstance(alone.criterion, Criterion)
    assert together.high - together.low > alone.high - alone.low
