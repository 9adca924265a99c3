"""Records a request in Locust's statistics directly, and fires the event for whoever else listens.

Locust's own listener costs as much as a quarter of a request. The short way is taken only when it is the first one
and nothing that it calls was replaced; then the result is the same to the last digit. Any other listener gets its
event, after the statistics as in Locust.
"""

import time
from typing import Any, ClassVar

from locust import stats as locust_stats
from locust.event import EventHook
from locust.runners import Runner
from locust.stats import RequestStats, StatsEntry

from swarmfile.stats.distribution import FROM_1_MS, FROM_TENTH_MS
from swarmfile.stats.distribution import bucket as fine_bucket

_LISTENER = f"{Runner.__qualname__}.__init__.<locals>.on_request"
_STEPS = ("log", "_log_time_of_request", "_log_response_time")


def is_locusts(function: Any, module: str) -> bool:
    """Whether a function is still the one that Locust defines there, and not what somebody put in its place."""
    return getattr(function, "__module__", "") == module


# None where it was replaced before this module was loaded.
_bucket = locust_stats.bucket_response_time
_BUCKET = _bucket if is_locusts(_bucket, "locust.stats") else None


class Recorder:
    """Records one environment's requests."""

    _latest: ClassVar["Recorder | None"] = None

    @classmethod
    def of(cls, environment: Any) -> "Recorder":
        """Returns the one recorder of an environment: a thousand users that share it leave the caches to others."""
        latest = cls._latest
        if latest is None or latest._environment is not environment or latest.event is not environment.events.request:
            latest = cls._latest = cls(environment)
        return latest

    def __init__(self, environment: Any) -> None:
        self.event: EventHook = environment.events.request
        self._environment = environment
        # The listeners for which the next three were found out.
        self._checked: list[Any] | None = None
        self._stats: RequestStats | None = None
        # Each fires for the listeners behind Locust's own, with all that firing means; those that say
        # `failures_only` are not asked about requests that succeeded.
        self._others = EventHook()
        self._others_on_success: EventHook | None = None

    def count(self, key: tuple[str, str], response_time_ms: float, length: int) -> EventHook | None:
        """Counts a request that succeeded; returns what must be fired for those that were not told, if there are any.

        `key`: name and method. `length`: the body's bytes.
        """
        stats = self._stats if self.event._handlers == self._checked else self.direct_stats()
        if stats is None:
            return self.event
        record(stats, stats.entries[key], response_time_ms, length)
        return self._others_on_success

    def direct_stats(self) -> RequestStats | None:
        """Returns the statistics to record in, None when the event must be fired for all listeners."""
        if self.event._handlers != self._checked:
            self._look_at(self.event._handlers.copy())
        return self._stats

    def report(self, meta: dict[str, Any]) -> None:
        """Reports a request by what Locust's request event carries."""
        stats = self.direct_stats()
        if stats is None:
            self.event.fire(**meta)
            return
        method, name, time_ms = meta["request_type"], meta["name"], meta["response_time"]
        if time_ms is None:  # a with-block may say that there is none
            stats.log_request(method, name, time_ms, meta["response_length"])  # type: ignore[arg-type]
        else:
            record(stats, stats.entries[name, method], time_ms, meta["response_length"])
        if meta["exception"]:
            stats.log_error(method, name, meta["exception"])
        untold = self._others if meta["exception"] else self._others_on_success
        if untold is not None:
            untold.fire(**meta)

    def _look_at(self, listeners: list[Any]) -> None:
        self._checked = listeners
        self._stats = self._stats_behind(listeners[0]) if listeners else None
        self._others._handlers = listeners[1:]
        on_success = [listener for listener in listeners[1:] if not getattr(listener, "failures_only", False)]
        self._others_on_success = EventHook() if on_success else None
        if self._others_on_success:
            self._others_on_success._handlers = on_success

    def _stats_behind(self, listener: Any) -> RequestStats | None:
        runner = self._environment.runner
        ours = getattr(listener, "__qualname__", "") == _LISTENER and runner is not None
        stats = self._environment.stats if ours else None
        return stats if type(stats) is RequestStats and _nothing_replaced(self.event, stats) else None


def record(stats: RequestStats, entry: StatsEntry, response_time_ms: float, length: int) -> None:
    """Does what `RequestStats.log_request` does for `entry` and the total, in a third of the time."""
    now = time.time()
    second = int(now)
    bucket_of = locust_stats.bucket_response_time
    bucket: Any
    # What our bucket function does for most times, without a call for each request.
    if bucket_of is fine_bucket and 0.1 <= response_time_ms < 100:
        short = response_time_ms < 1
        bucket = FROM_TENTH_MS[int(response_time_ms * 2000)] if short else FROM_1_MS[int(response_time_ms * 200)]
    elif bucket_of is _BUCKET and response_time_ms < 100:
        bucket = round(response_time_ms)
    else:
        bucket = bucket_of(response_time_ms)
    one: Any
    for one in (stats.total, entry):
        if one.use_response_times_cache:
            last = one.last_request_timestamp
            if last and second > last:
                one._cache_response_times(second - 1)
        one.last_request_timestamp = now
        one.num_requests += 1
        one.total_response_time += response_time_ms
        one.total_content_length += length
        one.num_reqs_per_sec[second] += 1
        one.response_times[bucket] += 1
        shortest = one.min_response_time
        if shortest is None or response_time_ms < shortest:
            one.min_response_time = response_time_ms
        if response_time_ms > one.max_response_time:  # noqa: PLR1730 - max() costs twice the time
            one.max_response_time = response_time_ms


def _nothing_replaced(event: EventHook, stats: RequestStats) -> bool:
    steps = [RequestStats.log_request, *(getattr(StatsEntry, name) for name in _STEPS)]
    untouched = all(is_locusts(step, "locust.stats") for step in steps)
    # Not by vars(), see swarmfile/judge/slices.py.
    bound = getattr(event.fire, "__func__", None) is EventHook.fire and is_locusts(EventHook.fire, "locust.event")
    return untouched and bound and getattr(stats.log_request, "__func__", None) is RequestStats.log_request
