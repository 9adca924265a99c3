"""Measures what being scraped costs: `python -m benchmarks.metrics_cost` (`--quick`: a first look).

A master with one worker makes requests under 1,000 names to a target on loopback. In turns an exporter serves the
swarm's metrics and is scraped as a Prometheus does it, each 15 s, and nobody asks for them.

scrape   from the question to the last byte of the page
age      of the oldest number in a page when it arrives: the master counts a clock among its endpoints
blocked  the longest that the route kept the master's event loop, in CPU time and by the clock
cost     a worker's CPU time per request and its requests/s, scraped over not scraped, medians of pairs
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.request import Request, urlopen

from benchmarks.framework_cost import free_port, staged
from demo.process import running_target

# What a Prometheus of these years sends.
ACCEPT = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
CLOCK = re.compile(rb'^swarmfile_request_duration_max_seconds\{.*method="CLOCK".*\} (\S+)$', re.MULTILINE)
LONG_MS = 10
SCRIPT = """
import os
import time
from weakref import WeakSet

import gevent
import greenlet
from lib.metrics_route import Route
from locust import FastHttpUser, events, task
from locust.runners import MasterRunner

ENDPOINTS = int(os.environ["ENDPOINTS"])
BEGAN_S = float(os.environ["BEGAN_S"])


class Shopper(FastHttpUser):
    requests = 0

    @task
    def health(self):
        Shopper.requests += 1
        self.client.get("/health", name=f"/api/{Shopper.requests % ENDPOINTS}")


@events.init.add_listener
def follow(environment, **_):
    gevent.spawn(tick if isinstance(environment.runner, MasterRunner) else count, environment)


def count(_):
    with open("worker.txt", "w", buffering=1) as file:
        while True:
            file.write(f"{time.time()} {Shopper.requests} {time.process_time()}\\n")
            gevent.sleep(0.1)


def tick(environment):
    while True:
        environment.stats.log_request("CLOCK", "/", (time.time() - BEGAN_S) * 1000, 0)
        gevent.sleep(0.02)


answering, since, answer = WeakSet(), (0.0, 0.0), Route.answer


def now():
    return time.thread_time(), time.perf_counter()


def traced(event, switched):
    global since
    origin, target = switched
    if origin in answering:
        file.write(" ".join(str((later - before) * 1000) for later, before in zip(now(), since)) + "\\n")
    if target in answering:
        since = now()


def watched(self):
    global since
    answering.add(greenlet.getcurrent())
    since = now()
    return answer(self)


if "--master" in os.sys.argv:
    file = open("blocked.txt", "w", buffering=1)
    Route.answer = watched
    greenlet.settrace(traced)
"""


@dataclass(frozen=True)
class Scrape:
    """How long it took, how old its oldest number was, and how large the page is."""

    took_ms: float
    age_s: float
    page: bytes


@dataclass(frozen=True)
class Window:
    """A worker over some seconds: CPU time per request in its quietest tenths, and requests per second."""

    cpu_us: float
    per_s: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.metrics_cost", description=__doc__)
    parser.add_argument("--endpoints", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=5, help="how often to compare")
    parser.add_argument("--scrapes", type=int, default=2, help="how many each half of a pair lasts")
    parser.add_argument("--interval", type=float, default=15, help="seconds between scrapes")
    parser.add_argument("--quick", action="store_true", help="two pairs of one scrape each")
    options = parser.parse_args()
    pairs, count = (2, 1) if options.quick else (options.pairs, options.scrapes)
    scrapes: list[Scrape] = []
    compared = []
    with swarm(options.endpoints, options.interval) as one:
        for _ in range(pairs):
            compared.append((one.alone(count), one.scraped(count, scrapes)))
        blocked = one.blocked()
    report(scrapes, blocked, compared)


def report(
    scrapes: Sequence[Scrape], blocked: Sequence[tuple[float, float]], compared: Sequence[tuple[Window, Window]]
) -> None:
    """Prints each number beside what is wanted of it."""
    page = scrapes[-1].page
    print(f"page: {page.count(b'_bucket{')} buckets, {len(page.splitlines())} lines, {len(page) / 1e6:.1f} MB")
    took, ages = [one.took_ms for one in scrapes], [one.age_s for one in scrapes]
    print(
        f"scrape: median {statistics.median(took):.0f} ms, worst {max(took):.0f} ms of {len(took)} (wanted: <= 100 ms)"
    )
    print(f"age: median {statistics.median(ages):.1f} s, worst {max(ages):.1f} s (wanted: <= 2 s)")
    cpu, clock = (max(each) for each in zip(*blocked, strict=True))
    longer = sum(each[0] > LONG_MS for each in blocked)
    print(f"blocked: at most {cpu:.1f} ms of CPU time, {clock:.1f} ms by the clock (wanted: <= {LONG_MS} ms)", end=", ")
    print(f"{longer} of {len(blocked)} turns longer in CPU time")
    for without, scraped in compared:
        print(f"  CPU per request {without.cpu_us:.1f} and {scraped.cpu_us:.1f} us", end=", ")
        print(f"{without.per_s:.0f} and {scraped.per_s:.0f} requests/s")
    more = statistics.median(scraped.cpu_us / without.cpu_us for without, scraped in compared) - 1
    fewer = 1 - statistics.median(scraped.per_s / without.per_s for without, scraped in compared)
    print(f"cost: {more:+.1%} CPU time per request, {fewer:+.1%} fewer requests/s (wanted: <= 1%)")


@dataclass
class Swarm:
    """A master with one worker, the folder that they write to, and the seconds between scrapes."""

    folder: Path
    web_port: int
    began_s: float
    interval_s: float
    scraped_at_s: float = 0.0

    def alone(self, count: int) -> Window:
        """Returns what the worker does while nobody asks."""
        return self._window(lambda: time.sleep(self.interval_s), count)

    def scraped(self, count: int, scrapes: list[Scrape]) -> Window:
        """Returns what it does while an exporter that knows its interval is scraped, and adds the scrapes."""
        with exporter(self.web_port) as url:

            def when_due() -> None:
                time.sleep(max(0.0, self.interval_s - (time.monotonic() - self.scraped_at_s)))
                self.scraped_at_s = time.monotonic()
                scrapes.append(self._scrape(url))

            self.scraped_at_s = time.monotonic()
            when_due()
            return self._window(when_due, count)

    def blocked(self) -> list[tuple[float, float]]:
        """Returns every time that the route kept the loop: ms of CPU time, and by the clock."""
        lines = (self.folder / "blocked.txt").read_text().splitlines()
        return [(float(cpu), float(clock)) for cpu, clock in (line.split() for line in lines)]

    def _scrape(self, url: str) -> Scrape:
        before_s = time.perf_counter()
        with urlopen(Request(url, headers={"Accept": ACCEPT})) as response:
            page = response.read()
        took_ms = (time.perf_counter() - before_s) * 1000
        (clock,) = CLOCK.findall(page)
        return Scrape(took_ms, time.time() - self.began_s - float(clock), page)

    def _window(self, step: Callable[[], object], count: int) -> Window:
        began = len(self._told())
        for _ in range(count):
            step()
        told = self._told()[began:]
        parts = [(b[2] - a[2]) / (b[1] - a[1]) * 1e6 for a, b in pairwise(told) if b[1] > a[1]]
        per_s = (told[-1][1] - told[0][1]) / (told[-1][0] - told[0][0])
        return Window(sorted(parts)[len(parts) // 10], per_s)

    def _told(self) -> list[tuple[float, ...]]:
        """Returns time, requests and CPU seconds, ten times a second."""
        lines = (self.folder / "worker.txt").read_text().splitlines()[:-1]
        return [tuple(map(float, line.split())) for line in lines]

    def await_requests(self, count: int) -> None:
        """Returns once so many were made."""
        while not (self.folder / "worker.txt").exists() or not any(told[1] > count for told in self._told()):
            time.sleep(0.5)


@contextmanager
def swarm(endpoints: int, interval_s: float) -> Iterator[Swarm]:
    """Yields a swarm that has used each name."""
    began_s = time.time()
    with running_target() as target, staged() as folder, tempfile.TemporaryFile() as log:
        (folder / "script.py").write_text(SCRIPT)
        web, bind = free_port(), free_port()
        own = {"SWARMFILE_SETTINGS": str(folder / "settings.json"), "SWARMFILE_RESULTS": str(folder / "results")}
        times = {"ENDPOINTS": str(endpoints), "BEGAN_S": str(began_s), "SWARMFILE_PARENT": str(os.getpid())}
        command = [sys.executable, "-m", "locust", "-f", f"{folder}/lib/plugin.py,{folder}/script.py"]
        lead = ["--master", "--autostart", "--expect-workers=1", f"--web-port={web}", f"--master-bind-port={bind}"]
        load = ["--web-host=127.0.0.1", "-u1", "-r1", "-H", target.url]
        environ = {**os.environ, **own, **times}
        started = [
            subprocess.Popen([*command, *arguments], cwd=folder, env=environ, stdout=log, stderr=log)
            for arguments in ([*lead, *load], ["--worker", f"--master-port={bind}"])
        ]
        one = Swarm(folder, web, began_s, interval_s)
        try:
            one.await_requests(2 * endpoints)
            yield one
        finally:
            for process in started:
                process.kill()
                process.wait()


@contextmanager
def exporter(web_port: int) -> Iterator[str]:
    """Yields the address of an exporter that has its first page."""
    port = free_port()
    environ = {**os.environ, "SWARMFILE_MASTER": f"http://127.0.0.1:{web_port}", "SWARMFILE_PORT": str(port)}
    command = [sys.executable, "-c", "from lib.metrics_process import main; main()"]
    url = f"http://127.0.0.1:{port}/metrics"
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            while not _has_page(url):
                time.sleep(0.1)
            yield url
        finally:
            process.kill()


def _has_page(url: str) -> bool:
    try:
        with urlopen(Request(url, headers={"Accept": ACCEPT})) as response:
            return CLOCK.search(response.read()) is not None
    except OSError:
        return False


if __name__ == "__main__":
    main()
