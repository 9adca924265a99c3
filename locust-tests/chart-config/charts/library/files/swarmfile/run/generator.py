"""What a run cost those who made its load: seconds in which a worker was too busy to measure, and CPU for a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# A worker is one thread: above this share of a core it answers late, and response times grow by themselves.
CPU_LIMIT = 0.9
# For half of a second the event loop was late by this much: every response time may be longer by it.
LAG_LIMIT_MS = 50.0
# Late by this much, the process stood still: frozen, blocked, or without a CPU.
PAUSE_MS = 1000.0
# The kernel stopped the container for this share of the second because its CPU limit was used up.
THROTTLED_LIMIT = 0.1

# A worker without requests needs 1 to 2% of a core: below this share of one, a request's CPU would mostly be that.
TELLING_SHARE = 0.1
# Fewer seconds are one hiccup of the machine, even where a short run makes a large share of them.
_FEW_S = 5


@dataclass(frozen=True)
class Second:
    """One second of a worker, at (since 1970): share of a core, lag of the event loop in it, share of it throttled.

    lag_ms: for half of the second the loop was late by this much or more
    """

    at: int
    cpu: float
    lag_ms: float
    throttled: float

    @property
    def is_saturated(self) -> bool:
        """Whether what was measured in it may be the generator's slowness."""
        return self.cpu >= CPU_LIMIT or self.lag_ms >= LAG_LIMIT_MS or self.throttled >= THROTTLED_LIMIT

    def wire(self) -> list[float]:
        """Returns what travels in a report."""
        return [self.at, round(self.cpu, 3), round(self.lag_ms, 1), round(self.throttled, 3)]


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
        return self._saturated_s / max(1, self._seconds)

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
            "sentence": cpu_us and " ".join(filter(None, [self._of_one_core(cpu_us), self._of_saturation()])),
        }

    def _of_one_core(self, cpu_us: float) -> str:
        """Returns "" where workers did little: what they do without requests would be counted as the requests'."""
        if sum(cpu_s for _, cpu_s in self.spent.values()) < TELLING_SHARE * self._seconds:
            return ""
        known = f"The generator spent {cpu_us:,.0f} µs of CPU on a request"
        return f"{known}: one core makes at least about {1e6 / cpu_us:,.0f} requests/s."

    def _of_saturation(self) -> str:
        limit = "was" if self.was_limit else "was not"
        return f"The generator was saturated for {self.saturated_share:.0%} of the run, and {limit} the limit."

    @property
    def _seconds(self) -> int:
        return sum(worker.seconds for worker in self.busy.values())

    @property
    def _saturated_s(self) -> int:
        return sum(worker.saturated for worker in self.busy.values())
