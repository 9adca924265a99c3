"""Reads counted values in their order: how many lie below a bound, and which value lies at a share of them."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple


class Ranked(NamedTuple):
    """A distribution: its values in order, and how many lie below each of them; the last number counts them all."""

    values: Sequence[float]
    below: Sequence[int]


def ranked(counts: Mapping[float, int]) -> Ranked:
    """Returns counted values in order."""
    values = sorted(counts)
    return Ranked(values, [0, *accumulate(map(counts.__getitem__, values))])


def cumulative(times: Ranked, bounds: Sequence[float]) -> list[int]:
    """Returns for each bound how many lie at or below it."""
    return [times.below[bisect_right(times.values, bound)] for bound in bounds]


def quantiles(times: Ranked, shares: Sequence[float]) -> list[float | None]:
    """Returns the value at each share (0 to 1), by Locust's own rule; None where nothing was counted."""
    if not times.values:
        return [None] * len(shares)
    total, known = times.below[-1], len(times.values)
    return [times.values[bisect_right(times.below, int(total * share), hi=known) - 1] for share in shares]
