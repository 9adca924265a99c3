"""Decisions that hold together: Holm's levels, and how much more would decide."""

import math

import pytest

from swarmfile.compare.contrast import Contrast, contrast, levels, times_more
from swarmfile.compare.estimate import Estimate


def test_a_difference_has_the_errors_of_both_sides_and_welchs_freedom() -> None:
    apart = contrast(Estimate(1.0, 9.0, 5), Estimate(3.0, 16.0, 5))
    assert (apart.value, apart.error) == (2.0, 5.0)
    assert apart.freedom == pytest.approx(5 * 25**2 / (9**2 + 16**2))


def test_runs_that_differ_widen_what_blocks_alone_would_say() -> None:
    alike, apart = (Estimate(1.0, 1.0, 50, runs=3, deviations=each) for each in (2.0, 200.0))
    one = Estimate(1.0, 3.0, 15)
    assert contrast(alike, one).error == 2.0
    assert contrast(apart, one).error == pytest.approx(math.sqrt(4 + (100 - 3) * 4 / 3))
    assert contrast(apart, one).freedom == pytest.approx(2, abs=0.2), "three runs know little of how runs differ"


def test_the_clearest_is_judged_at_the_strictest_level_and_the_first_unclear_one_ends_it() -> None:
    clear, less, unclear, worse = (Contrast(value, 1.0, 1e5) for value in (9.0, 3.5, 2.0, 0.1))
    assert levels([unclear, clear, worse, less], [0.0] * 4) == pytest.approx([0.005, 0.0025, 0.005, 0.01 / 3])


def test_five_hundred_endpoints_need_more_than_one_does() -> None:
    apart = Contrast(3.0, 1.0, 1e5)
    [alone] = levels([apart], [0.0])
    among = levels([apart, *[Contrast(0.0, 1.0, 1e5)] * 499], [0.0] * 500)[0]
    assert apart.interval(alone)[0] > 0 > apart.interval(among)[0]


def test_four_times_as_much_halves_an_interval() -> None:
    apart = Contrast(1.0, 1.0, 1e5)
    assert times_more(apart, [0.0], 0.01) == pytest.approx(2.576**2, rel=0.01)
    assert times_more(apart, [1.0], 0.01) is None
    assert times_more(Contrast(0.01, 1.0, 1e5), [0.0], 0.01) is None


def test_an_interval_is_wider_where_less_is_known_of_the_error() -> None:
    widths = [math.dist(*([end] for end in Contrast(0.0, 1.0, freedom).interval(0.01))) for freedom in (2, 4, 100)]
    assert widths == pytest.approx([19.85, 9.21, 5.25], abs=0.01)
