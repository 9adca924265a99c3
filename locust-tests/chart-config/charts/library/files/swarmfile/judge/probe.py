"""Watches, on each worker, whether the generator itself was too busy to measure: CPU, event loop, throttling."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import gevent

from swarmfile.run.generator import PAUSE_MS, Second

_PROBE_S = 0.1
_CGROUP = Path("/sys/fs/cgroup")
_STATS = (  # file, field, fields per second: version 2, then the names of version 1
    ("cpu.stat", "throttled_usec", 1e6),
    ("cpu,cpuacct/cpu.stat", "throttled_time", 1e9),
    ("cpu/cpu.stat", "throttled_time", 1e9),
)


class Probe:
    """Wakes ten times a second and notes how late it was; that costs some 0.02% of a core."""

    def __init__(self, throttled_s: Callable[[], float] | None = None) -> None:
        self._throttled_s = throttled_s or throttled_seconds
        self._seconds: list[Second] = []
        self._pauses: list[tuple[float, float]] = []
        self._begin()

    def take(self) -> list[Second]:
        """Returns the seconds since the last call."""
        seconds, self._seconds = self._seconds, []
        return seconds

    def take_pauses(self) -> list[tuple[float, float]]:
        """Returns when the process stood still since the last call: seconds since the end, and how long it was."""
        pauses, self._pauses = self._pauses, []
        return [(round(time.monotonic() - ended, 2), round(length_s, 2)) for ended, length_s in pauses]

    def run(self) -> None:
        """Probes for ever."""
        while True:
            before = time.monotonic()
            gevent.sleep(_PROBE_S)
            self.note((time.monotonic() - before - _PROBE_S) * 1000)

    def note(self, lag_ms: float) -> None:
        """Takes one probe; the first after a second is over closes it, and each one that a pause took with it."""
        self._lags_ms.append(max(0.0, lag_ms))
        now = time.monotonic()
        if lag_ms >= PAUSE_MS:
            self._pauses.append((now, lag_ms / 1000))
        span_s = now - self._since
        if span_s >= 1:
            cpu, throttled = time.process_time() - self._cpu_s, self._throttled_s() - self._throttled
            lag_ms, last = _usual(self._lags_ms), int(time.time())
            for at in range(last - int(span_s) + 1, last + 1):
                self._seconds.append(Second(at, cpu / span_s, lag_ms, throttled / span_s))
            self._begin()

    def _begin(self) -> None:
        self._since = time.monotonic()
        self._cpu_s = time.process_time()
        self._throttled = self._throttled_s()
        self._lags_ms: list[float] = []


def _usual(lags_ms: Sequence[float]) -> float:
    """Returns by how much the loop was late for half of the time; a median would count a pause as one probe of ten."""
    passed_ms, half_ms = 0.0, sum(lag + _PROBE_S * 1000 for lag in lags_ms) / 2
    for lag in sorted(lags_ms, reverse=True):
        passed_ms += lag + _PROBE_S * 1000
        if passed_ms >= half_ms:
            return lag
    return 0.0


def throttled_seconds(root: Path = _CGROUP) -> float:
    """Returns how long this container's CPUs were stopped since it started, summed over them; 0 where nothing tells."""
    for name, field, per_second in _STATS:
        try:
            text = (root / name).read_text(encoding="ascii")
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith(f"{field} "):
                return int(line.split()[1]) / per_second
    return 0.0
