"""Makes Locust count with our buckets, print what it counted, and keep its memory flat over hours.

Locust rounds response times to two digits (147 to 150) as workers count them; its percentiles, CSV, HTML and web UI
all come from those counts. With finer buckets they all tell the same number, and it is within 0.5%.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from locust import stats as locust_stats
from locust.stats import RequestStats, StatsCSV, StatsEntry

from swarmfile.stats.distribution import bucket

# Locust's current rates look back 12 s; what it keeps beyond that is never read, and grows by the second and endpoint.
KEPT_S = 60
_ENTRIES_A_STEP = 50


def replace_rounding() -> None:
    """Replaces Locust's rounding in this process, and the cut to whole milliseconds in its CSV files."""
    locust_stats.bucket_response_time = bucket  # type: ignore[assignment]
    StatsCSV._percentile_fields = _percentile_fields  # type: ignore[assignment,method-assign]


def _percentile_fields(self: StatsCSV, entry: StatsEntry, use_current: bool = False) -> list[Any]:
    if not entry.num_requests:
        return self.percentiles_na
    if use_current and entry.use_response_times_cache:
        return [entry.get_current_response_time_percentile(percent) or 0 for percent in self.percentiles_to_report]
    return [entry.get_response_time_percentile(percent) or 0 for percent in self.percentiles_to_report]


class Tidier:
    """Forgets, some entries at a time, what Locust keeps for each endpoint and second and never reads again."""

    def __init__(self, stats: RequestStats, *, keeps_current_percentiles: bool) -> None:
        """`keeps_current_percentiles`: a full CSV history reads them for each endpoint, nothing else does."""
        self._stats = stats
        self._keeps_current_percentiles = keeps_current_percentiles
        self._round: Iterator[StatsEntry] = iter(())

    def step(self) -> None:
        """Tidies the next 50 entries; called once a second it comes around 1,000 endpoints every 20 s."""
        entries = list(islice(self._round, _ENTRIES_A_STEP))
        if not entries:
            self._round = iter(list(self._stats.entries.values()))
            entries = list(islice(self._round, _ENTRIES_A_STEP))
        oldest = int(time.time()) - KEPT_S
        for entry in entries:
            self._tidy(entry, oldest)

    def _tidy(self, entry: StatsEntry, oldest: int) -> None:
        for per_second in (entry.num_reqs_per_sec, entry.num_fail_per_sec):
            for second in [second for second in per_second if second < oldest]:
                del per_second[second]
        if not self._keeps_current_percentiles:
            entry.use_response_times_cache = False
            entry.response_times_cache = None
