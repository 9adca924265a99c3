"""Sixty made-up nights with a jump at night 40: it is named within two nights, and nothing else is."""

import random

import pytest

from swarmfile.cli.compare.changes import change_points, is_installed, sparkline

needs_otava = pytest.mark.skipif(not is_installed(), reason='pip install "swarmfile[history]"')


def nights(seed: int, jump: float, until: int = 60) -> list[float]:
    """p95 in ms of that many nights, which scatter by 3%."""
    chance = random.Random(seed)
    return [(200 if night < 40 else 200 * (1 + jump)) * (1 + chance.gauss(0, 0.03)) for night in range(until)]


@needs_otava
@pytest.mark.parametrize("seed", range(10))
def test_a_jump_is_named_within_two_nights_and_nothing_else_is(seed: int) -> None:
    [early] = change_points(nights(seed, 0.15, until=42))
    assert abs(early.at - 40) <= 1, "two nights may leave it open which of them was the first"
    [point] = change_points(nights(seed, 0.15))
    assert abs(point.at - 40) <= 1
    assert point.change == pytest.approx(0.15, abs=0.03)


@needs_otava
def test_nights_without_a_jump_name_nothing() -> None:
    named = [change_points(nights(seed, 0.0)) for seed in range(50)]
    assert sum(map(bool, named)) <= 1


def test_a_sparkline_goes_from_the_lowest_to_the_highest() -> None:
    assert sparkline([1.0, 2.0, None, 3.0]) == "▁▄ █"
    assert sparkline([5.0, 5.0]) == "▄▄"
    assert sparkline([]) == ""
