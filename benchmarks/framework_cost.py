"""Measures what the plugin costs: `python -m benchmarks.framework_cost` (`--only request`, `load` or `memory`).

request: what counting one request costs in Locust's statistics, with the plugin's buckets and without.
load: CPU time per request of a worker, with the plugin and without, the same script on the same cores, in turns.
memory: a master over a simulated 3 h with 1,000 endpoints, and how long it blocks its event loop.
"""

import argparse
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from demo.process import running_target

LIB = Path(__file__).parents[1] / "locust-tests" / "chart-config" / "charts" / "in-pod" / "files" / "lib"
# The script takes the CPU time of each hundred requests; the lowest tenth tells what else the machine does least.
SCRIPT = """
import time
from locust import FastHttpUser, events, task

batches = []

@events.test_stopping.add_listener
def ended(environment, **_):
    if type(environment.runner).__name__ == "WorkerRunner":
        with open("cost.txt", "w") as file:
            file.write(" ".join(map(str, sorted(batches))))

class Shopper(FastHttpUser):
    @task
    def health(self):
        began_s = time.process_time()
        for _ in range(100):
            self.client.get("/health")
        batches.append((time.process_time() - began_s) * 1e4)
"""
CRITERIA = (
    '{"type": "cost", "assertions": {"p95ThresholdMs": 60000, "errorRateThreshold": 1, "criteria": ['
    '"p99 of /.* < 60s for 10s", "error rate by cause < 100%", "rate > 1/s for 5s"]}}'
)
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.framework_cost", description=__doc__)
    parser.add_argument("--only", choices=["request", "load", "memory"])
    parser.add_argument("--pairs", type=int, default=5, help="runs of each kind")
    parser.add_argument("--seconds", type=int, default=15, help="how long each run lasts")
    parser.add_argument("--endpoints", type=int, default=1000)
    parser.add_argument("--hours", type=float, default=3.0)
    options = parser.parse_args()
    if options.only in (None, "request"):
        request()
    if options.only in (None, "load"):
        load(options.pairs, options.seconds)
    if options.only in (None, "memory"):
        memory(options.endpoints, options.hours)


def request() -> None:
    """Prints the shortest of many turns, which what else the machine does cannot lengthen."""
    from lib.distribution import bucket
    from locust import stats as locust_stats

    bare = locust_stats.bucket_response_time
    shortest: dict[str, float] = {}
    times_ms = [20 * random.paretovariate(1.2) for _ in range(2000)]
    for _ in range(200):
        for name, rounding in (("bare", bare), ("ours", bucket)):
            locust_stats.bucket_response_time = rounding  # type: ignore[assignment]
            stats = locust_stats.RequestStats(use_response_times_cache=False)
            before = time.perf_counter()
            for time_ms in times_ms:
                stats.log_request("GET", "/", time_ms, 100)  # type: ignore[arg-type]
            spent_us = (time.perf_counter() - before) / len(times_ms) * 1e6
            shortest[name] = min(spent_us, shortest.get(name, spent_us))
    locust_stats.bucket_response_time = bare
    more_us = shortest["ours"] - shortest["bare"]
    print(f"counting a request: bare {shortest['bare']:.2f} us, ours {shortest['ours']:.2f} us, {more_us:.2f} us more")


def load(pairs: int, seconds: int) -> None:
    """Prints each pair and the median ratio of CPU per request, plugin over bare."""
    ratios = []
    with running_target() as target, staged() as folder:
        for _ in range(pairs):
            bare, ours = (cpu_us(folder, target.url, seconds, plugin=plugin) for plugin in (False, True))
            ratios.append(ours / bare)
            print(f"CPU per request: bare {bare:.1f} us, with the plugin {ours:.1f} us, ratio {ours / bare:.3f}")
    print(f"median ratio {statistics.median(ratios):.3f} (1.03 would be 3% fewer requests/s on a full core)")


def cpu_us(folder: Path, host: str, seconds: int, *, plugin: bool) -> float:
    """Returns a worker's CPU time per request, in microseconds."""
    port = free_port()
    files = f"{folder}/script.py" + (f",{folder}/lib/plugin.py" if plugin else "")
    environ = dict(os.environ) | {"SWARMFILE_PARENT": str(os.getpid()), "SWARMFILE_RESULTS": str(folder / "results")}
    environ["SWARMFILE_SETTINGS"] = str(folder / "settings.json")
    command = [sys.executable, "-m", "locust", "-f", files]
    lead = ["--master", "--headless", "--expect-workers=1", f"--master-bind-port={port}", "-u1", "-r1"]
    quiet: dict[str, Any] = {"cwd": folder, "env": environ, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    master = subprocess.Popen([*command, *lead, f"-t{seconds}s", "-H", host], **quiet)
    worker = subprocess.Popen([*command, "--worker", f"--master-port={port}"], **quiet)
    for process in (master, worker):
        process.wait(timeout=seconds + 120)
    batches = [float(text) for text in (folder / "cost.txt").read_text().split()]
    return batches[len(batches) // 10]


@contextmanager
def staged() -> Iterator[Path]:
    """Script, settings and library as a pod has them."""
    with tempfile.TemporaryDirectory(prefix="cost-") as name:
        folder = Path(name)
        shutil.copytree(LIB, folder / "lib", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "script.py").write_text(SCRIPT)
        (folder / "settings.json").write_text(CRITERIA)
        yield folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
        from lib.criteria_judge import Judge
        from lib.criteria_worker import SecondBySecond
        from lib.distribution_locust import Tidier, replace_rounding
        from lib.settings import parse
        from locust.event import Events
        from locust.stats import RequestStats, setup_distributed_stats_event_listeners

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
