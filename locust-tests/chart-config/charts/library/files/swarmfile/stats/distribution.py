"""Counts response times in buckets so fine that any percentile is off by at most 0.5%, and adds such counts up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Each decade has buckets of 1/100 (from 1), 1/50 (from 2) and 1/20 (from 5) of its start: half a bucket is at most 0.5%
# of any value in it, and what is counted stays a number that people read: 1.23, 147, 3440.
_PARTS = ((1, 100), (2, 50), (5, 20))
_FINE: list[tuple[float, float]] = [
    (start * 10.0**decade, part * 10 ** (-decade)) for decade in range(-2, 2) for start, part in _PARTS
]  # below 100 ms: (from, buckets per ms)
_COARSE: list[tuple[float, int]] = [
    (start * 10.0**decade, 10**decade // part) for decade in range(2, 16) for start, part in _PARTS
]  # from 100 ms: (from, ms per bucket)
_FINE_STARTS = [start for start, _ in _FINE]
_FINE_PER_MS = [100_000, *(per_ms for _, per_ms in _FINE)]
_COARSE_STARTS = [start for start, _ in _COARSE]
_COARSE_STEPS = [1, *(step for _, step in _COARSE)]


def bucket(value: float) -> float:
    """Returns the bucket's middle, at most 0.5% from `value`; in the place of locust.stats.bucket_response_time.

    Whole numbers from 100 on, so that they travel short. Below 0.01 the error is at most 0.000005.
    """
    if 1 <= value < 100:
        return FROM_1_MS[int(value * 200)]
    if 0.1 <= value < 1:
        return FROM_TENTH_MS[int(value * 2000)]
    return _computed(value)


def _computed(value: float) -> float:
    if value < 100:
        if value < 0:
            return -_computed(-value)
        per_ms = _FINE_PER_MS[bisect_right(_FINE_STARTS, value)]
        return round(value * per_ms) / per_ms
    step = _COARSE_STEPS[bisect_right(_COARSE_STARTS, value)]
    return round(value / step) * step


def width(value: float) -> float:
    """Returns the width of the bucket whose middle this is, from 0.01 on."""
    if value < 100:
        return 1 / _FINE_PER_MS[bisect_right(_FINE_STARTS, value)]
    return float(_COARSE_STEPS[bisect_right(_COARSE_STARTS, value)])


def _table(halves_per_ms: int, up_to_ms: int) -> list[float]:
    """Returns the bucket of each half bucket; equal ones are one object, which is found again the quickest."""
    buckets: dict[float, float] = {}
    found = (_computed((half + 0.5) / halves_per_ms) for half in range(up_to_ms * halves_per_ms))
    return [buckets.setdefault(bucket, bucket) for bucket in found]


# Most response times lie here: a request finds its bucket by the half bucket that it lies in, 1/200 and 1/2000 ms wide.
FROM_1_MS, FROM_TENTH_MS = _table(200, 100), _table(2000, 1)


def percentile(counts: Mapping[float, int], percent: float) -> float | None:
    """Returns the value that `percent` (0 to 100) of the counted lie at or below, by Locust's own rule; None: empty."""
    total = sum(counts.values())
    rank = int(total * round(percent / 100, 10))
    above = 0
    for value in sorted(counts, reverse=True):
        above += counts[value]
        if total - above <= rank:
            return value
    return None


@dataclass
class Figures:
    """What is known of some requests: counts, sums and the distribution of their response times, in milliseconds.

    A script's own values use the same: `requests` counts them and `times` is their distribution.
    """

    requests: int = 0
    failures: int = 0
    total_ms: float = 0.0
    content_bytes: int = 0
    times: dict[float, int] = field(default_factory=dict)
    causes: dict[str, int] = field(default_factory=dict)
    # Exact where Locust's own totals were read; otherwise the lowest and highest bucket stand for them.
    minimum_ms: float | None = None
    maximum_ms: float | None = None

    def add(self, other: Figures) -> None:
        """Counts what `other` counted."""
        self.requests += other.requests
        self.failures += other.failures
        self.total_ms += other.total_ms
        self.content_bytes += other.content_bytes
        _add(self.times, other.times)
        _add(self.causes, other.causes)

    def without(self, earlier: Figures) -> Figures:
        """Returns what was counted since `earlier`, a state of the same counts."""
        return Figures(
            self.requests - earlier.requests,
            self.failures - earlier.failures,
            self.total_ms - earlier.total_ms,
            self.content_bytes - earlier.content_bytes,
            _difference(self.times, earlier.times),
            _difference(self.causes, earlier.causes),
        )

    def remove(self, other: Figures) -> None:
        """Forgets what `other` counted, which must have been added before."""
        self.requests -= other.requests
        self.failures -= other.failures
        self.total_ms -= other.total_ms
        self.content_bytes -= other.content_bytes
        _remove(self.times, other.times)
        _remove(self.causes, other.causes)

    def percentile(self, percent: float) -> float | None:
        """Returns a response time, at most 0.5% off; None where nothing was timed."""
        return percentile(self.times, percent)

    @property
    def average(self) -> float | None:
        """The mean response time, exact."""
        timed = sum(self.times.values())
        return self.total_ms / timed if timed else None

    @property
    def minimum(self) -> float | None:
        """The shortest response time."""
        return self.minimum_ms if self.minimum_ms is not None else min(self.times, default=None)

    @property
    def maximum(self) -> float | None:
        """The longest response time."""
        return self.maximum_ms if self.maximum_ms is not None else max(self.times, default=None)

    def wire(self) -> list[Any]:
        """Returns what msgpack and JSON carry; `of_wire` reads it."""
        return [self.requests, self.failures, self.total_ms, self.content_bytes, self.times, self.causes]

    @classmethod
    def of_wire(cls, fields: list[Any]) -> Figures:
        """Returns the figures that `wire` wrote."""
        return cls(*fields)


def _add(counts: dict[Any, int], other: Mapping[Any, int]) -> None:
    for key, count in other.items():
        counts[key] = counts.get(key, 0) + count


def _difference(counts: Mapping[Any, int], earlier: Mapping[Any, int]) -> dict[Any, int]:
    return {key: more for key, count in counts.items() if (more := count - earlier.get(key, 0))}


def _remove(counts: dict[Any, int], other: Mapping[Any, int]) -> None:
    for key, count in other.items():
        left = counts[key] - count
        if left:
            counts[key] = left
        else:
            del counts[key]
