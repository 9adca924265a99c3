"""Doubts a run whose generator was too busy, or whose own limits were counted as errors of the target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from locust.stats import StatsError

from swarmfile.definition.validity import Doubt, Reason
from swarmfile.run.generator import CPU_LIMIT, LAG_LIMIT_MS, PAUSE_MS, THROTTLED_LIMIT, Busyness, Generator

_LIMITS = {  # what the operating system says, and what helps
    r"Too many open files|Errno 24\b|\(24, ": "raise the worker's limit of open files (ulimit -n) or add workers",
    r"Cannot assign requested address|Errno 99\b|\(99, ": (
        "it ran out of local ports: keep connections alive, widen net.ipv4.ip_local_port_range or add workers"
    ),
    r"can't start new thread|Cannot allocate memory|Errno 12\b|\(12, ": "raise the worker's memory limit",
}


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
