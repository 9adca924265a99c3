"""Adds to a closed load's response times the samples that its own waiting left out, for users of constant pacing.

The method of HdrHistogram's recordValueWithExpectedInterval (Gil Tene): a response that took longer than the interval
at which its user should have sent hides requests, which would have waited one interval less each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from locust import User, constant_pacing

from swarmfile.stats.distribution import bucket, percentile

_PACED = constant_pacing(1).__qualname__


def summary(times: Mapping[Any, int], classes: Iterable[type[User]]) -> dict[str, Any] | None:
    """Returns the interval and the corrected percentiles, in ms; None where users have no interval in common."""
    interval = interval_ms(classes)
    if interval is None or not times:
        return None
    counts = corrected(times, interval)
    return {
        "interval_ms": interval,
        "percentiles_ms": {f"p{percent}": percentile(counts, percent) for percent in (50, 95, 99)},
    }


def interval_ms(classes: Iterable[type[User]]) -> float | None:
    """Returns the interval of constant_pacing or constant_throughput; None where a class has none, or another one."""
    found = {_interval_s(each) for each in classes}
    interval_s = found.pop() if len(found) == 1 else None
    return interval_s * 1000 if interval_s else None


def corrected(times: Mapping[float, int], interval: float) -> dict[float, int]:
    """Returns counts by response time (ms) with those that are missing at that interval (ms), one request a task."""
    counts = dict(times)
    for value, count in times.items():
        missing = value - interval
        while missing >= interval:
            place = bucket(missing)
            counts[place] = counts.get(place, 0) + count
            missing -= interval
    return counts


def _interval_s(user: type[User]) -> float | None:
    wait: Any = user.wait_time
    return float(wait.__closure__[0].cell_contents) if getattr(wait, "__qualname__", "") == _PACED else None
