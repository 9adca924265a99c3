"""Shares: together the workers make each arrival once, whatever their number."""

import math
import random
import statistics
from itertools import chain, pairwise

import pytest

from swarmfile.definition.rate import RateCourse, RateStage
from swarmfile.load.schedule import Schedule, Share

COURSE = RateCourse([RateStage("climb", 30, 2, 2), RateStage("stay", 30, 3)])


def moments(schedule: Schedule, until_s: float = math.inf) -> list[float]:
    found = []
    while schedule.next_s is not None and schedule.next_s < until_s:
        found.append(schedule.next_s)
        schedule.advance()
    return found


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_shares_of_all_workers_are_the_whole_evenly_interleaved(workers: int) -> None:
    shares = [moments(Schedule(COURSE, Share(index, workers))) for index in range(workers)]
    assert sorted(chain(*shares)) == [COURSE.time(k) for k in range(120)]
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.parametrize("at_s", [0.5, 2.0, 3.017, 4.999])
def test_when_workers_change_no_arrival_is_lost_or_made_twice(at_s: float) -> None:
    before = [moments(Schedule(COURSE, Share(index, 3)), until_s=at_s) for index in range(3)]
    after = [moments(Schedule(COURSE, Share(index, 2, at_s))) for index in range(2)]
    assert sorted(chain(*before, *after)) == [COURSE.time(k) for k in range(120)]


def test_poisson_gaps_have_mean_and_deviation_of_an_exponential() -> None:
    chance = random.Random(7)
    course = RateCourse([RateStage("", 50, 400)])
    shares = [moments(Schedule(course, Share(index, 4), chance)) for index in range(4)]
    times = sorted(chain(*shares))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(times) == pytest.approx(20_000, abs=4 * math.sqrt(20_000))
    assert statistics.mean(gaps) == pytest.approx(0.02, rel=0.03)
    assert statistics.pstdev(gaps) == pytest.approx(0.02, rel=0.03)
    by_second = [sum(int(time) == second for time in times) for second in range(400)]
    assert statistics.pvariance(by_second) == pytest.approx(50, rel=0.25)
