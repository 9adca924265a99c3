"""How long answers take, by name: a request that waits far longer than they do hangs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from locust import stats as locust_stats
from locust.stats import RequestStats, StatsEntry

# One that waited less, or hardly longer than those that were answered, is what any run's end finds in flight.
HANGS_AFTER_MS = 10_000.0
TIMES_THE_SLOWEST = 2

Key = tuple[str, str]
# Locust calls its buckets whole numbers; ours are none.
Times = Mapping[Any, int]


class Slowest:
    """The longest answer of a run in this process, by name and method; a worker's statistics start anew each report.

    Locust's own maxima hold failures too: what hung or timed out is no answer, and would excuse all that hang like it.
    """

    def __init__(self) -> None:
        self.begin(RequestStats())

    def begin(self, stats: RequestStats) -> None:
        """A run began."""
        self._stats = stats
        self._reported: dict[Key, float] = {}
        self._longest_reported = 0.0
        # Since the last report, by bucket.
        self._failed: dict[Key, Counter[float]] = {}
        self._all_failed: Counter[float] = Counter()

    def failed(
        self,
        request_type: str,
        name: str,
        response_time: float | None,
        exception: object = None,
        response: object = None,
        **_: object,
    ) -> None:
        """Takes what Locust's request event says of a request that failed; one that has a status was answered."""
        # Shorter ones change nothing.
        if not exception or not response_time or response_time < HANGS_AFTER_MS / TIMES_THE_SLOWEST:
            return
        if not getattr(response, "status_code", 0):
            bucket = locust_stats.bucket_response_time(response_time)
            self._failed.setdefault((name, request_type), Counter())[bucket] += 1
            self._all_failed[bucket] += 1

    def note(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Takes what a worker reports of each name."""
        for entry in entries:
            key = (entry["name"], entry["method"])
            failed: Times = self._failed.get(key, {})
            if entry["num_requests"] > sum(failed.values()):
                longest = _longest(entry["max_response_time"], entry["response_times"], failed)
                self._reported[key] = max(self._reported.get(key, 0.0), longest)
                self._longest_reported = max(self._longest_reported, longest)
        self._failed, self._all_failed = {}, Counter()

    def hangs(self, method: str, name: str, waited_ms: float) -> bool:
        """Whether one that waited so long hangs: by the answers of its name, or of all where it has none."""
        key = (name, method)
        longest = self._of(self._stats.entries.get(key), self._failed.get(key, {}), self._reported.get(key))
        if longest is None:
            longest = self._of(self._stats.total, self._all_failed, self._longest_reported)
        return waited_ms >= max(HANGS_AFTER_MS, TIMES_THE_SLOWEST * (longest or 0.0))

    @staticmethod
    def _of(entry: StatsEntry | None, failed: Times, reported: float | None) -> float | None:
        if entry is None or entry.num_requests <= sum(failed.values()):
            return reported
        return max(reported or 0.0, _longest(entry.max_response_time, entry.response_times, failed))


def _longest(maximum: float, times: Times, failed: Times) -> float:
    if not failed:
        return maximum
    return max((ms for ms, count in times.items() if count > failed.get(ms, 0)), default=0.0)
