"""What a figure is, and by how much it would differ elsewhere: enough in most cases, and never nothing."""

import math
import random

import pytest

from swarmfile.compare.contrast import contrast
from swarmfile.compare.estimate import estimate, shown
from swarmfile.definition.assertion import Statistic, Subject
from swarmfile.stats.blocks import Block
from swarmfile.stats.distribution import Figures
from tests.unit.compare.made_runs import made_blocks

P95 = Subject(Statistic.PERCENTILE, 95.0)
RATE = Subject(Statistic.RATE)
ERRORS = Subject(Statistic.ERROR_RATE)


def even(*times: dict[float, int], failures: int = 0) -> list[Block]:
    return [
        Block(10.0 * index, 10.0, Figures(sum(each.values()), failures, times=each)) for index, each in enumerate(times)
    ]


@pytest.mark.parametrize(
    ("subject", "value"), [(P95, 200), (Subject(Statistic.PERCENTILE, 50.0), 100), (RATE, 10), (ERRORS, 0.02)]
)
def test_the_value_is_that_of_all_requests(subject: Subject, value: float) -> None:
    found = estimate(subject, None, [even(*[{100.0: 90, 200.0: 10}] * 6, failures=2)])
    assert found
    assert shown(subject, found.value) == pytest.approx(value, rel=0.01)
    assert found.runs == 1


def test_what_never_varied_is_still_not_known_without_an_error() -> None:
    for subject in (P95, RATE, ERRORS):
        found = estimate(subject, None, [even(*[{100.0: 100}] * 6)])
        assert found
        assert found.variance > 0


@pytest.mark.parametrize(
    "blocks", [[], even({}, {}, {}, {}), even({100.0: 5}, {100.0: 5})], ids=["none", "empty", "two"]
)
def test_too_little_says_nothing(blocks: list[Block]) -> None:
    assert estimate(P95, None, [blocks]) is None


def test_an_endpoint_that_is_not_there_says_nothing() -> None:
    assert estimate(P95, "GET /b", [made_blocks(random.Random(1))]) is None


def test_runs_that_differ_say_by_how_much() -> None:
    near, far = even(*[{100.0: 100}] * 6), even(*[{150.0: 100}] * 6)
    alike, apart = (estimate(P95, None, [near, near, other]) for other in (near, far))
    assert alike
    assert apart
    assert (alike.runs, alike.deviations) == (3, 0)
    assert apart.deviations == pytest.approx(math.log(1.5) ** 2 * 2 / 3, rel=0.01)


def test_the_same_runs_give_the_same_numbers() -> None:
    runs = [made_blocks(random.Random(1))]
    assert estimate(P95, None, runs) == estimate(P95, None, runs)


def test_long_runs_take_no_longer_than_short_ones_by_joining_blocks() -> None:
    blocks = made_blocks(random.Random(1), seconds=3600, per_s=2)
    whole = estimate(P95, None, [blocks])
    assert whole
    assert whole.freedom < 40


def test_intervals_hold_the_truth_where_latencies_stay_high_for_a_while() -> None:
    # benchmarks/compare.py draws thousands; what is too narrow by a third shows in as few.
    chance, inside = random.Random(7), 0
    for _ in range(60):
        before, after = (
            estimate(P95, None, [made_blocks(chance, seconds=120, per_s=10, wandering=0.1, bursts=0.02)])
            for _ in range(2)
        )
        assert before
        assert after
        low, high = contrast(before, after).interval(0.01)
        inside += low <= 0 <= high
    assert inside >= 57
