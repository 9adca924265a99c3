"""Simulates a master over hours: `python -m benchmarks.master_memory [--endpoints 1000] [--hours 3]`.

Prints its resident memory every half simulated hour, and the longest that one of our steps kept its event loop.
"""

import argparse
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Reads the command line and simulates."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.master_memory", description=__doc__)
    parser.add_argument("--endpoints", type=int, default=1000)
    parser.add_argument("--hours", type=float, default=3.0)
    options = parser.parse_args()
    memory(options.endpoints, options.hours)


def memory(endpoints: int, hours: float) -> None:
    """Prints resident memory every half simulated hour, and the longest that one report or second blocked."""
    master = SimulatedMaster(endpoints)
    print(f"{endpoints} endpoints, a report every 3 s")
    for tick in range(int(hours * 1200)):
        master.three_seconds()
        if (tick + 1) % 600 == 0:
            print(f"{(tick + 1) / 1200:.1f} h: {resident_mb():.0f} MB, longest: {master.longest()}", flush=True)


class SimulatedMaster:
    """Locust's statistics and our judge, fed with reports of one worker in simulated time."""

    def __init__(self, endpoints: int) -> None:
        from locust.event import Events
        from locust.stats import RequestStats, setup_distributed_stats_event_listeners

        from swarmfile.definition.settings import parse
        from swarmfile.judge.judge import Judge
        from swarmfile.judge.worker import SecondBySecond
        from swarmfile.patches.buckets import Tidier, replace_rounding

        replace_rounding()
        self.now = time.time()
        time.time = lambda: self.now
        time.monotonic = lambda: self.now
        self.names = [f"/api/{number}" for number in range(endpoints)]
        criteria = [f"p95 of /api/{digit}.* < 1s for 30s" for digit in range(10)]
        criteria += ["p99 < 9s", "error rate by cause < 50%", 'p95 of "GET /api/1" < 9s', "rate > 1/s for 60s"]
        settings = parse({"assertions": {"criteria": criteria}}).assertions
        self.stats, self.worker_stats = RequestStats(), RequestStats(use_response_times_cache=False)
        self.events, self.worker_events = Events(), Events()
        setup_distributed_stats_event_listeners(self.events, self.stats)
        setup_distributed_stats_event_listeners(self.worker_events, self.worker_stats)
        self.worker = SecondBySecond(self.worker_stats, settings.criteria)
        self.judge: Any = Judge(settings, SimpleNamespace(stats=self.stats, runner=None))  # type: ignore[arg-type]
        self.tidier = Tidier(self.stats, keeps_current_percentiles=False)
        self.live: Any = SimpleNamespace(phase=None)
        self.took_ms: dict[str, list[float]] = {"report": [], "second": [], "tidy": [], "worker's second": []}

    def three_seconds(self) -> None:
        """Makes a request to each endpoint, reports, and judges three seconds."""
        for third in range(3):
            for name in self.names[third::3]:
                self.worker_stats.log_request("GET", name, 20 * random.paretovariate(1.2), 100)  # type: ignore[arg-type]
            self.now += 1
            self._timed("worker's second", lambda: self.worker.tick(int(self.now) - 1))
            self._timed("second", lambda: self.judge.second(self.live))
            self._timed("tidy", self.tidier.step)
        data: dict[str, Any] = {}
        self.worker_events.report_to_master.fire(client_id="w", data=data)
        self.worker.report(data)
        self.events.worker_report.fire(client_id="w", data=data)
        self._timed("report", lambda: self.judge.report(data))

    def longest(self) -> str:
        """Returns the 99th percentile of our own steps since the last call; CPU time, whatever else runs here."""
        text = ", ".join(f"{name} {sorted(ms)[int(len(ms) * 0.99)]:.1f} ms" for name, ms in self.took_ms.items())
        for ms in self.took_ms.values():
            ms.clear()
        return text

    def _timed(self, name: str, step: Callable[[], object]) -> None:
        before = time.process_time()
        step()
        self.took_ms[name].append((time.process_time() - before) * 1000)


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 1e6


if __name__ == "__main__":
    main()
