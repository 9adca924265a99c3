"""Two sides held against each other: by how much they differ, with intervals that hold for all of them together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from swarmfile.compare.estimate import Estimate
from swarmfile.compare.student import quantile, two_sided

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
    """Returns the difference, with Welch's degrees of freedom."""
    variances = before.error**2, after.error**2
    freedom = sum(variances) ** 2 / (variances[0] ** 2 / before.freedom + variances[1] ** 2 / after.freedom)
    return Contrast(after.value - before.value, math.sqrt(sum(variances)), max(1.0, freedom))


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
