"""How many requests it takes to say that a share of them holds a limit."""

import math
import random

import pytest

from swarmfile.stats.sufficiency import Says, Sufficiency, TenSeconds, at_most, design_effect


def binomial(violations: int, requests: int, share: float) -> float:
    return sum(math.comb(requests, n) * share**n * (1 - share) ** (requests - n) for n in range(violations + 1))


@pytest.mark.parametrize(
    ("violations", "requests", "share"),
    [(0, 1, 0.5), (0, 299, 0.01), (3, 100, 0.05), (60, 1000, 0.05), (10, 12, 0.5), (900, 1000, 0.9), (1, 1000, 0.001)],
)
def test_the_probability_is_the_binomials(violations: int, requests: int, share: float) -> None:
    assert at_most(violations, requests, share) == pytest.approx(binomial(violations, requests, share), rel=1e-9)


def test_as_many_violations_as_requests_are_certain() -> None:
    assert at_most(3, 3, 0.1) == 1


@pytest.mark.parametrize(
    ("requests", "violations", "limit", "says"),
    [
        (298, 0, 0.01, Says.OPEN),
        (299, 0, 0.01, Says.HOLDS),
        (58, 0, 0.05, Says.OPEN),
        (59, 0, 0.05, Says.HOLDS),
        (1000, 37, 0.05, Says.HOLDS),
        (1000, 40, 0.05, Says.OPEN),
        (1000, 61, 0.05, Says.OPEN),
        (1000, 63, 0.05, Says.BREAKS),
        (10, 10, 0.05, Says.BREAKS),
        (1, 1, 0.06, Says.OPEN),
    ],
)
def test_what_requests_say_at_95_percent(requests: int, violations: int, limit: float, says: Says) -> None:
    assert Sufficiency(requests, violations, limit).says is says


@pytest.mark.parametrize(
    ("requests", "violations", "limit", "needed"), [(212, 0, 0.01, 299), (10, 0, 0.05, 59), (0, 0, 0.5, 5)]
)
def test_how_many_are_needed_without_a_violation(requests: int, violations: int, limit: float, needed: int) -> None:
    assert Sufficiency(requests, violations, limit).needed == needed


def test_the_number_needed_is_enough_and_the_nearer_the_limit_the_higher() -> None:
    far, near = Sufficiency(100, 3, 0.05).needed, Sufficiency(1000, 45, 0.05).needed
    assert far
    assert near
    assert 100 < far < near
    assert Sufficiency(near, round(near * 0.045), 0.05).says is Says.HOLDS


def test_no_number_decides_what_is_just_at_the_limit() -> None:
    assert Sufficiency(100, 5, 0.05).needed is None


def blocks(shares: list[float], requests: int = 100) -> list[TenSeconds]:
    return [TenSeconds(requests, round(share * requests)) for share in shares]


def test_blocks_that_are_alike_count_each_request() -> None:
    assert design_effect(blocks([0.05] * 20)) == 1


def test_violations_that_come_together_count_as_few() -> None:
    # A twentieth of the blocks has all of the violations: 100 requests there are one event.
    assert design_effect(blocks([1.0] + [0.0] * 19)) == pytest.approx(115, rel=0.06)
    clustered = Sufficiency.of(blocks([1.0] + [0.0] * 39), 0.05)
    assert clustered.says is Says.OPEN
    assert Sufficiency(clustered.requests, clustered.violations, 0.05).says is Says.HOLDS


def test_few_blocks_and_blocks_without_a_violation_say_nothing_of_each_other() -> None:
    assert design_effect(blocks([0.0, 1.0, 0.0, 1.0])) == 1
    assert design_effect(blocks([0.0] * 20)) == 1
    assert design_effect([TenSeconds(0, 0)] * 20) == 1


def test_independent_requests_have_a_design_effect_near_one() -> None:
    dice = random.Random(1)
    seen = [TenSeconds(200, sum(dice.random() < 0.05 for _ in range(200))) for _ in range(60)]
    assert 1 <= design_effect(seen) < 1.5
