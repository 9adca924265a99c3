"""Measures what being scraped costs: `python -m benchmarks.metrics_cost` (`--quick`: a first look).

Two swarms of a master and a worker make requests under 1,000 names to nginx, side by side on one core. An exporter
serves the metrics of one of them and is scraped as a Prometheus does it, each 15 s; nobody asks for the other's.

scrape   from the question to the last byte of the page
age      of the oldest number in a page when it arrives: the master counts a clock among its endpoints
blocked  the longest that the route kept the master's event loop, in CPU time and by the clock
cost     a worker's CPU time per request, scraped over not scraped: so many fewer requests/s; and what master and
         exporter use of a core, which is theirs alone in a cluster
"""

import argparse
import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import psutil

from benchmarks.framework_cost import CRITERIA
from benchmarks.swarm import Spent, Swarm, started, swarm
from benchmarks.target import running_target
from swarmfile.cli.local.ports import free_port

# What a Prometheus of these years sends.
ACCEPT = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
CLOCK = re.compile(rb'^swarmfile_request_duration_max_seconds\{.*method="CLOCK".*\} (\S+)$', re.MULTILINE)
LONG_MS = 10
SCRIPT = """
import sys
import time
from weakref import WeakSet

import gevent
import greenlet
from swarmfile.metrics.route import Route
from locust import FastHttpUser, events, task
from locust.runners import MasterRunner

ENDPOINTS = {endpoints}
BEGAN_S = {began_s}


class Visitor(FastHttpUser):
    requests = 0

    @task
    def get(self):
        Visitor.requests += 1
        self.client.get("/", name=f"/api/{{Visitor.requests % ENDPOINTS}}")


@events.init.add_listener
def tick(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(count_clock, environment.stats)


def count_clock(stats):
    while True:
        stats.log_request("CLOCK", "/", (time.time() - BEGAN_S) * 1000, 0)
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


if "--master" in sys.argv:
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


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.metrics_cost", description=__doc__)
    parser.add_argument("--endpoints", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=5, help="pairs of swarms")
    parser.add_argument("--scrapes", type=int, default=3, help="how many each pair lasts")
    parser.add_argument("--interval", type=float, default=15, help="seconds between scrapes")
    parser.add_argument("--quick", action="store_true", help="one pair")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    scrapes: list[Scrape] = []
    with tempfile.TemporaryDirectory(prefix="metrics-") as name, running_target(Path(name), cores[-1]):
        pairs = [
            pair(options.endpoints, cores[0], options.scrapes, options.interval, scrapes)
            for _ in range(1 if options.quick else options.pairs)
        ]
    report(scrapes, [turn for each in pairs for turn in each.blocked], pairs)


@dataclass(frozen=True)
class Pair:
    """What two swarms spent in the same seconds, and each turn of the route: ms of CPU time, and by the clock."""

    alone: Spent
    scraped: Spent
    seconds: float
    blocked: Sequence[tuple[float, float]]

    @property
    def share(self) -> float:
        """Share of a core that master and exporter use for being scraped."""
        return (self.scraped.others_s - self.alone.others_s) / self.seconds


def pair(endpoints: int, core: int, count: int, interval_s: float, scrapes: list[Scrape]) -> Pair:
    """Measures one swarm beside another; adds the scrapes of the one that is scraped."""
    began_s = time.time()
    script = SCRIPT.format(endpoints=endpoints, began_s=began_s)
    with swarm(script, CRITERIA, core) as alone, swarm(script, CRITERIA, core) as scraped:
        both = (alone, scraped)
        for one in both:
            one.await_requests(2 * endpoints)
        # From its first scrapes the exporter learns when the next ones are due.
        with exporter(scraped) as url:
            time.sleep(interval_s)
            scrape(url, began_s)
            before, since_s = [one.look() for one in both], time.monotonic()
            for _ in range(count):
                time.sleep(interval_s)
                scrapes.append(scrape(url, began_s))
            spent, spent_scraped = (one.look().since(earlier) for one, earlier in zip(both, before, strict=True))
            return Pair(spent, spent_scraped, time.monotonic() - since_s, turns(scraped))


def scrape(url: str, began_s: float) -> Scrape:
    """Asks for a page."""
    before_s = time.perf_counter()
    with urlopen(Request(url, headers={"Accept": ACCEPT})) as response:
        page = response.read()
    took_ms = (time.perf_counter() - before_s) * 1000
    (clock,) = CLOCK.findall(page)
    return Scrape(took_ms, time.time() - began_s - float(clock), page)


def turns(one: Swarm) -> list[tuple[float, float]]:
    """Returns every time that the route kept the loop: ms of CPU time, and by the clock."""
    lines = (one.folder / "blocked.txt").read_text().splitlines()
    return [(float(cpu), float(clock)) for cpu, clock in (line.split() for line in lines)]


@contextmanager
def exporter(one: Swarm) -> Iterator[str]:
    """Yields the address of an exporter that has its first page, and counts it to the swarm."""
    port = free_port()
    environ = {"SWARMFILE_MASTER": f"http://127.0.0.1:{one.web_port}", "SWARMFILE_PORT": str(port)}
    url = f"http://127.0.0.1:{port}/metrics"
    with started(one, ["-c", "from swarmfile.metrics.process import main; main()"], **environ) as process:
        one.others.append(psutil.Process(process.pid))
        while not _has_page(url):
            time.sleep(0.1)
        yield url


def _has_page(url: str) -> bool:
    try:
        with urlopen(Request(url, headers={"Accept": ACCEPT})) as response:
            return CLOCK.search(response.read()) is not None
    except OSError:
        return False


def report(scrapes: Sequence[Scrape], blocked: Sequence[tuple[float, float]], pairs: Sequence[Pair]) -> None:
    """Prints each number beside what is wanted of it."""
    page = scrapes[-1].page
    print(f"page: {page.count(b'_bucket{')} buckets, {len(page.splitlines())} lines, {len(page) / 1e6:.1f} MB")
    took, ages = [one.took_ms for one in scrapes], [one.age_s for one in scrapes]
    print(f"scrape: median {statistics.median(took):.0f} ms, worst {max(took):.0f} ms of {len(took)} (wanted: <= 100)")
    print(f"age: median {statistics.median(ages):.1f} s, worst {max(ages):.1f} s (wanted: <= 2 s)")
    cpu, clock = (max(each) for each in zip(*blocked, strict=True))
    longer = sum(each[0] > LONG_MS for each in blocked)
    print(f"blocked: at most {cpu:.1f} ms of CPU time, {clock:.1f} ms by the clock (wanted: <= {LONG_MS} ms)", end=", ")
    print(f"{longer} of {len(blocked)} turns longer in CPU time")
    for each in pairs:
        print(f"  worker {each.alone.worker_us:.1f} and {each.scraped.worker_us:.1f} us per request", end=", ")
        print(f"master and exporter {each.share:.2%} of a core more")
    more = statistics.median(each.scraped.worker_us / each.alone.worker_us for each in pairs) - 1
    share = statistics.median(each.share for each in pairs)
    print(f"cost: {more:+.1%} CPU time of a worker per request (wanted: <= 1%), {share:.1%} of the master's core")


if __name__ == "__main__":
    main()
