"""Doubts a run whose generator was too busy, or whose own limits were counted as errors of the target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.validity import Doubt, Reason
from lib.validity_probe import CPU_LIMIT, LAG_LIMIT_MS, PAUSE_MS, THROTTLED_LIMIT, Second
from locust.stats import StatsError

_LIMITS = {  # what the operating system says, and what helps
    r"Too many open files|Errno 24\b|\(24, ": "raise the worker's limit of open files (ulimit -n) or add workers",
    r"Cannot assign requested address|Errno 99\b|\(99, ": (
        "it ran out of local ports: keep connections alive, widen net.ipv4.ip_local_port_range or add workers"
    ),
    r"can't start new thread|Cannot allocate memory|Errno 12\b|\(12, ": "raise the worker's memory limit",
}


# Fewer seconds are one hiccup of the machine, even where a short run makes a large share of them.
_FEW_S = 5


@dataclass
class Busyness:
    """A worker's seconds: how many, how many of them saturated, and the worst value of each kind in those.

    last: the newest second, which counts even before the warm-up is over
    """

    seconds: int = 0
    saturated: int = 0
    cpu: float = 0.0
    lag_ms: float = 0.0
    throttled: float = 0.0
    last: Second | None = None

    def count(self, second: Second) -> None:
        """Adds one second."""
        self.seconds += 1
        if second.is_saturated:
            self.saturated += 1
            self.cpu = max(self.cpu, second.cpu)
            self.lag_ms = max(self.lag_ms, second.lag_ms)
            self.throttled = max(self.throttled, second.throttled)


@dataclass
class Generator:
    """What a run cost those who made its load, by worker. spent: requests and CPU seconds."""

    tolerance: float = 1.0
    busy: dict[str, Busyness] = field(default_factory=dict)
    spent: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def saturated_share(self) -> float:
        """The saturated ones among all workers' seconds, 0 to 1."""
        return self._saturated_s / max(1, sum(worker.seconds for worker in self.busy.values()))

    @property
    def was_limit(self) -> bool:
        """Whether more load could not have been made."""
        return self._saturated_s >= _FEW_S and self.saturated_share > self.tolerance

    @property
    def request_cpu_us(self) -> float | None:
        """CPU of a request in µs, with all that workers do beside."""
        requests, cpu_s = (sum(column) for column in zip((0, 0.0), *self.spent.values(), strict=True))
        return cpu_s / requests * 1e6 if requests and cpu_s else None

    def as_dict(self) -> dict[str, Any]:
        """Returns what metrics.json says."""
        cpu_us, share = self.request_cpu_us, self.saturated_share
        return {
            "cpu_us_per_request": cpu_us and round(cpu_us, 1),
            "requests_per_s_of_one_core": cpu_us and round(1e6 / cpu_us),
            "saturated_share": round(share, 4),
            "was_limit": self.was_limit,
            "sentence": cpu_us
            and f"The generator spent {cpu_us:,.0f} µs of CPU on a request: one core makes at least about "
            f"{1e6 / cpu_us:,.0f} requests/s. It was saturated for {share:.0%} of the run, and "
            f"{'was' if self.was_limit else 'was not'} the limit.",
        }

    @property
    def _saturated_s(self) -> int:
        return sum(worker.saturated for worker in self.busy.values())


def saturated(generator: Generator) -> Iterator[Doubt]:
    """Yields a doubt where the generator was the limit."""
    if not generator.was_limit:
        return
    workers = list(generator.busy.values())
    which = f"{sum(worker.saturated > 0 for worker in workers)} of {len(workers)} workers"
    yield Doubt(
        Reason.GENERATOR_SATURATED,
        f"the generator was saturated for {generator.saturated_share:.0%} of the run ({which}): "
        f"{', '.join(_evidence(workers))}; add workers or CPU, or lower the load",
    )


def own_limits(errors: Iterable[StatsError]) -> Iterator[Doubt]:
    """Yields a doubt for each limit of the generator that Locust counted as failed requests."""
    errors = list(errors)
    for pattern, remedy in _LIMITS.items():
        hits = [error for error in errors if re.search(pattern, StatsError.parse_error(error.error))]
        if hits:
            count = sum(error.occurrences for error in hits)
            worst = max(hits, key=lambda error: error.occurrences)
            yield Doubt(
                Reason.GENERATOR_LIMITS,
                f"{count} failures were the generator's own limit, not the target's: "
                f"{StatsError.parse_error(worst.error)} at {worst.method} {worst.name}; {remedy}",
            )


def _evidence(workers: Sequence[Busyness]) -> Iterator[str]:
    cpu = max(worker.cpu for worker in workers)
    lag_ms = max(worker.lag_ms for worker in workers)
    throttled = max(worker.throttled for worker in workers)
    if cpu >= CPU_LIMIT:
        yield f"CPU up to {cpu:.0%} of a core"
    if lag_ms >= PAUSE_MS:
        yield f"stood still for up to {lag_ms / 1000:.0f} s"
    elif lag_ms >= LAG_LIMIT_MS:
        yield f"event loop up to {lag_ms:.0f} ms late"
    if throttled >= THROTTLED_LIMIT:
        yield f"throttled by its CPU limit for up to {throttled:.0%} of a second"
