"""Turns Locust's statistics of one endpoint into a row: exact counts and sums, classic buckets, percentiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from locust.stats import StatsEntry

from swarmfile.metrics.snapshot import OTHER, Row
from swarmfile.stats.ranked import cumulative, quantiles, ranked


def row(entry: StatsEntry, bounds_ms: Sequence[float], *, live: bool, earlier: Row | None = None) -> Row:
    """Returns an entry's row; the distribution of `earlier` where nothing came since. Rates are 0 after the run."""
    counted = (entry.num_requests, entry.total_response_time)
    known = earlier if earlier and (earlier.requests, earlier.total_ms) == counted else None
    # Locust's annotation knows whole milliseconds only.
    times = ranked({} if known else cast("dict[float, int]", entry.response_times))
    p50, p95, p99 = _percentiles(known) if known else quantiles(times, (0.5, 0.95, 0.99))
    return Row(
        method=entry.method or "",
        name=entry.name,
        requests=entry.num_requests,
        failures=entry.num_failures,
        total_ms=entry.total_response_time,
        content_bytes=entry.total_content_length,
        timed=entry.num_requests - entry.num_none_requests,
        minimum_ms=entry.min_response_time or 0,
        maximum_ms=entry.max_response_time,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        rps=entry.current_rps if live else 0.0,
        fail_per_s=entry.current_fail_per_sec if live else 0.0,
        buckets=known.buckets if known else cumulative(times, bounds_ms),
    )


def merged(rows: Iterable[Row], bounds: int) -> Row | None:
    """Returns one row for all those that are not told by themselves; None where there are none.

    Percentiles do not add up and are left out.
    """
    sums: dict[str, Any] = {}
    buckets = [0] * bounds
    lowest, highest = float("inf"), 0.0
    for each in rows:
        for name in ("requests", "failures", "total_ms", "content_bytes", "timed", "rps", "fail_per_s"):
            sums[name] = sums.get(name, 0) + getattr(each, name)
        buckets = [mine + more for mine, more in zip(buckets, each.buckets, strict=True)]
        lowest, highest = min(lowest, each.minimum_ms), max(highest, each.maximum_ms)
    return Row("", OTHER, minimum_ms=lowest, maximum_ms=highest, buckets=buckets, **sums) if sums else None


def _percentiles(known: Row) -> list[float | None]:
    return [known.p50_ms, known.p95_ms, known.p99_ms]
