"""Arrival rates over time: how many arrivals are due by each second of a run, and when each of them is."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*([smh])")
_UNITS_S = {"s": 1, "m": 60, "h": 3600}
# Arrivals: what sums of fractions may be off by.
_SLACK = 1e-6


@dataclass(frozen=True)
class RateStage:
    """A phase: `rate` arrivals a second until `duration_s` is over, reached evenly in its first `ramp_s` seconds."""

    name: str
    rate: float
    duration_s: float
    ramp_s: float = 0.0


def parse_rate(value: object) -> float:
    """Returns arrivals per second of a rate such as 500/s, 30/m or 10/h. Raises ValueError."""
    found = _RATE.fullmatch(str(value).strip())
    if not found:
        raise ValueError(f"{value!r} is no rate; write arrivals per second, minute or hour, for example 500/s or 30/m")
    return float(found[1]) / _UNITS_S[found[2]]


def scaled(stages: Sequence[RateStage], rate: float | None, duration_s: float | None) -> tuple[RateStage, ...]:
    """Returns the stages such that the highest has that rate and all last that long together; the shape stays."""
    higher = rate / max(stage.rate for stage in stages) if rate else 1.0
    longer = duration_s / sum(stage.duration_s for stage in stages) if duration_s else 1.0
    return tuple(
        replace(stage, rate=stage.rate * higher, duration_s=stage.duration_s * longer, ramp_s=stage.ramp_s * longer)
        for stage in stages
    )


@dataclass(frozen=True)
class _Piece:
    """A time in which the rate changes evenly from `first` to `last` arrivals a second."""

    first: float
    last: float
    seconds: float

    @property
    def _slope(self) -> float:
        return (self.last - self.first) / self.seconds

    def rate(self, at_s: float) -> float:
        return self.first + self._slope * at_s

    def count(self, at_s: float) -> float:
        if math.isinf(at_s):
            return math.inf if self.last else 0.0
        return self.first * at_s + self._slope * at_s * at_s / 2

    def time(self, count: float) -> float:
        if not count:
            return 0.0
        # The stable form of the quadratic's root: no slope is no special case.
        return 2 * count / (self.first + math.sqrt(max(0.0, self.first**2 + 2 * self._slope * count)))


class RateCourse:
    """The rate over a whole run. Arrival number k, from 0, is due when k arrivals are."""

    def __init__(self, stages: Sequence[RateStage]) -> None:
        self._pieces: list[_Piece] = []
        before = 0.0
        for stage in stages:
            ramp_s = min(stage.ramp_s, stage.duration_s)
            parts = (_Piece(before, stage.rate, ramp_s), _Piece(stage.rate, stage.rate, stage.duration_s - ramp_s))
            self._pieces += [part for part in parts if part.seconds]
            before = stage.rate
        self._ends_s = list(accumulate(piece.seconds for piece in self._pieces))
        self._counts = list(accumulate(piece.count(piece.seconds) for piece in self._pieces))

    @property
    def duration_s(self) -> float:
        """Seconds until the last stage is over; infinite without an end."""
        return self._ends_s[-1]

    def rate(self, at_s: float) -> float:
        """Returns the arrivals per second at that moment; 0 before and after."""
        index = bisect_right(self._ends_s, at_s)
        return self._pieces[index].rate(at_s - self._start_s(index)) if 0 <= at_s < self.duration_s else 0.0

    def count(self, at_s: float) -> float:
        """Returns how many arrivals are due by then, fractions included."""
        at_s = max(0.0, min(at_s, self.duration_s))
        index = min(bisect_right(self._ends_s, at_s), len(self._pieces) - 1)
        return self._before(index) + self._pieces[index].count(at_s - self._start_s(index))

    def due(self, at_s: float) -> int:
        """Returns how many arrivals of a constant distribution are due at that moment or before."""
        whole = math.floor(self.count(at_s) + _SLACK)
        next_s = self.time(whole)
        return whole + (next_s is not None and next_s <= at_s)

    def time(self, count: float) -> float | None:
        """Returns when that many arrivals are due, None after the last."""
        index = bisect_right(self._counts, count + _SLACK)
        if index == len(self._pieces):
            return None
        return self._start_s(index) + self._pieces[index].time(max(0.0, count - self._before(index)))

    def _start_s(self, index: int) -> float:
        return self._ends_s[index - 1] if index else 0.0

    def _before(self, index: int) -> float:
        return self._counts[index - 1] if index else 0.0
