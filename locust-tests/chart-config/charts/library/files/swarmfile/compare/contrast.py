"""Two sides held against each other: by how much they differ, with intervals that hold for all of them together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from swarmfile.compare.estimate import Estimate
from swarmfile.stats.student import quantile, two_sided

# Intervals hold the truth in 99 of 100 comparisons.
ALPHA = 0.01
# Beyond it nobody waits for an answer.
MOST_TIMES = 100


@dataclass(frozen=True)
class Contrast:
    """What was after less what was before, on the scale of Estimate."""

    value: float
    error: float
    freedom: float

    def unlikely(self, limit: float) -> float:
        """Returns how likely it is to see this where the truth is the limit, or further from it."""
        return two_sided((self.value - limit) / self.error, self.freedom)

    def interval(self, alpha: float) -> tuple[float, float]:
        """Returns what holds the truth but for that share of cases."""
        half = self.error * quantile(round(alpha, 9), round(self.freedom, 1))
        return self.value - half, self.value + half


def contrast(before: Estimate, after: Estimate) -> Contrast:
    """Returns the difference, with the degrees of freedom that Satterthwaite (1946) gives a sum of variances.

    By how much runs differ beyond what their blocks scatter is read from both sides together, and holds for both: a
    new run beside five old ones is judged by how these differ.
    """
    parts = [(before.variance, before.freedom), (after.variance, after.freedom), _beyond(before, after)]
    variance = sum(part for part, _ in parts)
    freedom = variance**2 / sum(part**2 / df for part, df in parts)
    return Contrast(after.value - before.value, math.sqrt(variance), max(1.0, freedom))


def _beyond(before: Estimate, after: Estimate) -> tuple[float, int]:
    """Returns the variance that runs add to the difference beyond their blocks, and its degrees of freedom."""
    sides, freedom = (before, after), before.runs + after.runs - 2
    if not freedom:
        return 0.0, 1
    of_a_run = sum(side.deviations for side in sides) / freedom
    # The variance of a mean of n is an n-th of that of one run.
    by_blocks = sum(side.variance * side.runs**2 for side in sides) / sum(side.runs for side in sides)
    return max(0.0, of_a_run - by_blocks) * sum(1 / side.runs for side in sides), freedom


def levels(contrasts: Sequence[Contrast], limits: Sequence[float], alpha: float = ALPHA) -> list[float]:
    """Returns for each the level that Holm (1979) gives it, so that all decisions together are wrong that rarely.

    The clearest is judged at alpha divided by their number, the next by one less, up to the first that is not clear.
    """
    order = sorted(range(len(contrasts)), key=lambda index: contrasts[index].unlikely(limits[index]))
    found, level = dict[int, float](), alpha
    is_clear = True
    for place, index in enumerate(order):
        level = alpha / (len(order) - place) if is_clear else level
        is_clear = is_clear and contrasts[index].unlikely(limits[index]) <= level
        found[index] = level
    return [found[index] for index in range(len(contrasts))]


def times_more(contrast: Contrast, limits: Sequence[float], alpha: float) -> float | None:
    """Returns how many times as much to measure until no limit is within the interval; None: too much for anyone.

    It takes for granted that the value stays, and that the interval shrinks by the root of what is measured.
    """
    low, high = contrast.interval(alpha)
    apart = min(abs(contrast.value - limit) for limit in limits)
    times = ((high - low) / 2 / apart) ** 2 if apart else math.inf
    return times if times <= MOST_TIMES else None
