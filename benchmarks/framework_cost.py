"""Measures what the plugin costs: `python -m benchmarks.framework_cost` (`--only request` or `load`).

request  what counting one request costs in Locust's statistics, with the plugin's buckets and without
load     CPU time per request of a swarm with the plugin over one without, side by side on one core, the same script;
         for FastHttpUser and for SwarmHttpUser
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.swarm import Spent, swarm
from benchmarks.target import running_target

USERS = ("FastHttpUser", "SwarmHttpUser")
SCRIPT = """
from swarmfile.http.user import SwarmHttpUser
from locust import FastHttpUser, task


class Visitor({user}):
    requests = 0

    @task
    def get(self):
        Visitor.requests += 1
        self.client.get("/")
"""
CRITERIA = (
    '{"type": "cost", "assertions": {"p95ThresholdMs": 60000, "errorRateThreshold": null, "criteria": ['
    '"p99 of /.* < 60s for 10s", "error rate by cause < 100%", "rate > 1/s for 5s"]}}'
)
WARM_UP_REQUESTS = 20_000


def main() -> None:
    """Reads the command line and measures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.framework_cost", description=__doc__)
    parser.add_argument("--only", choices=["request", "load"])
    parser.add_argument("--pairs", type=int, default=7, help="pairs of swarms for each kind of user")
    parser.add_argument("--seconds", type=float, default=10, help="how long each pair is measured")
    options = parser.parse_args()
    if options.only != "load":
        request()
    if options.only != "request":
        load(options.pairs, options.seconds)


def request() -> None:
    """Prints the shortest of many turns, which what else the machine does cannot lengthen."""
    from locust import stats as locust_stats

    from swarmfile.stats.distribution import bucket

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


def load(pairs: int, seconds: float) -> None:
    """Prints each pair, and for each kind of user the median ratio of CPU time per request, plugin over bare."""
    cores = sorted(os.sched_getaffinity(0))
    for user in USERS:
        found = []
        with tempfile.TemporaryDirectory(prefix="cost-") as name, running_target(Path(name), cores[-1]):
            for _ in range(pairs):
                found.append(pair(SCRIPT.format(user=user), cores[0], seconds))
                bare, ours = found[-1]
                print(f"{user}: worker {bare.worker_us:.1f} and {ours.worker_us:.1f} us per request", end=", ")
                print(f"with its master {bare.all_us:.1f} and {ours.all_us:.1f} us", flush=True)
        worker = statistics.median(ours.worker_us / bare.worker_us for bare, ours in found)
        whole = statistics.median(ours.all_us / bare.all_us for bare, ours in found)
        master = statistics.median(ours.others_s - bare.others_s for bare, ours in found) / seconds
        print(f"{user}: median ratio {worker:.3f}, with the master {whole:.3f} (1.03 is 3% fewer requests/s on a core)")
        # Each swarm has half of the core, so that what does not grow with the requests counts twice in that ratio.
        print(f"{user}: the master uses {master:.1%} of a core more, whatever the load")


def pair(script: str, core: int, seconds: float) -> tuple[Spent, Spent]:
    """Returns what a swarm without the plugin and one with it spend in the same seconds."""
    with swarm(script, CRITERIA, core, plugin=False) as bare, swarm(script, CRITERIA, core) as ours:
        both = (bare, ours)
        for one in both:
            one.await_requests(WARM_UP_REQUESTS)
        before = [one.look() for one in both]
        time.sleep(seconds)
        without, with_plugin = (one.look().since(earlier) for one, earlier in zip(both, before, strict=True))
        return without, with_plugin


if __name__ == "__main__":
    main()
