"""Compares the open model's response times with wrk2's method and with the truth: `python -m benchmarks.open_model`.

wrk2's method, on raw sockets and without anything else to do: requests are due by a fixed schedule, and a response
time counts from when its request was due. Two comparisons: a steady load on nginx, and an nginx that is stopped for a
second in the middle of the run, where the truth is known in closed form and a closed load shows what it hides.
"""

import argparse
import json
import os
import re
import select
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.swarm import HOST
from benchmarks.target import Target, running_target

ROOT = Path(__file__).parent.parent
FILES = ROOT / "locust-tests" / "chart-config" / "charts" / "library" / "files"
# nginx has the last one, what is measured the first.
CORES = sorted(os.sched_getaffinity(0))
SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
STALL_S = 1.0
CLOSED_USERS = 25
SCRIPT = """
from locust import constant_throughput, task
from swarmfile.http.user import SwarmHttpUser

class Visitor(SwarmHttpUser):
    wait_time = constant_throughput({per_user})

    @task
    def front_page(self):
        self.client.get("/")
"""

Times = Mapping[str, float]


def main() -> None:
    """Measures and prints both comparisons."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.open_model", description=__doc__)
    parser.add_argument("--rate", type=int, default=500, help="arrivals per second (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=10, help="length of each run (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts")
    options = parser.parse_args()
    steady(options.rate, options.seconds, options.runs)
    stalled(options.rate, options.seconds, options.runs)


def steady(rate: int, seconds: int, runs: int) -> None:
    """Prints the difference to wrk2's method at a steady load."""
    own, reference = [], []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, running_target(Path(folder), CORES[-1]):
        for _ in range(runs):
            own.append(locust(rate, seconds, is_open=True))
            reference.append(on_schedule(rate, seconds))
    print(f"\n{rate}/s at nginx for {seconds} s, medians of {runs}, ms")
    mine, theirs = medians(own), medians(reference)
    show({"arrivals": mine, "wrk2's method": theirs, "difference": {name: mine[name] - theirs[name] for name in mine}})


def stalled(rate: int, seconds: int, runs: int) -> None:
    """Prints what is left of a stall in each way to measure it."""
    measures: dict[str, Callable[[], Times]] = {
        "arrivals": lambda: locust(rate, seconds, is_open=True),
        "wrk2's method": lambda: on_schedule(rate, seconds),
        f"{CLOSED_USERS} users, constant throughput": lambda: locust(rate, seconds, is_open=False),
    }
    rows: dict[str, Times] = {"truth": truth(rate, seconds, STALL_S)}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, running_target(Path(folder), CORES[-1]) as target:
        for name, measure in measures.items():
            rows[name] = medians([with_stall(target, rate * seconds // 3, measure) for _ in range(runs)])
    print(f"\n{rate}/s for {seconds} s, nginx stalls for {STALL_S:g} s, medians of {runs}, ms")
    show(rows)


def with_stall(target: Target, after: int, measure: Callable[[], Times]) -> Times:
    """Measures while nginx is stopped for a second, once it has answered `after` requests."""
    answered = target.requests() + after
    stalling = threading.Thread(target=stall, args=(target, answered), daemon=True)
    stalling.start()
    times = measure()
    stalling.join(timeout=30)
    return times


def stall(target: Target, answered: int) -> None:
    """Stops nginx for a second once it has answered so many requests."""
    while target.requests() < answered:
        time.sleep(0.05)
    target.process.send_signal(signal.SIGSTOP)
    time.sleep(STALL_S)
    target.process.send_signal(signal.SIGCONT)


def truth(rate: float, seconds: float, stall_s: float) -> Times:
    """Returns percentiles (ms) in closed form: who came during the stall waited for its rest, all others not at all."""
    return {name: max(0.0, stall_s - (1 - share) * rate * seconds / rate) * 1000 for name, share in SHARES.items()}


def by_schedule(url: str, rate: float, seconds: float, connections: int = 1000) -> list[float]:
    """Returns the response times (s) of GET / by wrk2's method: from when each was due, whenever it could be sent."""
    address = urlsplit(url)
    request = f"GET / HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()
    poll, free, due_at = select.poll(), deque[socket.socket](), dict[int, float]()
    times: list[float] = []
    by_file: dict[int, socket.socket] = {}
    came: defaultdict[int, bytearray] = defaultdict(bytearray)
    start, sent, total = time.perf_counter() + 0.1, 0, int(rate * seconds)
    while len(times) < total:
        while (
            sent < total
            and (due := start + sent / rate) <= time.perf_counter()
            and (free or len(by_file) < connections)
        ):
            if not free:
                free.append(socket.create_connection((address.hostname or "", address.port or 80)))
                by_file[free[0].fileno()] = free[0]
                poll.register(free[0], select.POLLIN)
            one = free.pop()
            one.sendall(request)
            due_at[one.fileno()], sent = due, sent + 1
        for file, _ in poll.poll(0):
            piece = by_file[file].recv(65536)
            if not piece:
                raise ConnectionError("the target closed a connection")
            came[file] += piece
            if not is_whole(came[file]):
                continue
            came[file].clear()
            times.append(time.perf_counter() - due_at.pop(file))
            free.append(by_file[file])
    for each in by_file.values():
        each.close()
    return times


def is_whole(answer: bytes | bytearray) -> bool:
    """Returns whether an HTTP/1.1 answer with Content-Length is there to its last byte."""
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    if end and not length:
        raise ValueError("the target answered without Content-Length")
    return bool(end and length and len(body) >= int(length[1]))


def percentiles(times_s: Sequence[float]) -> Times:
    """Returns percentiles in ms, by Locust's own rule."""
    ordered = sorted(times_s)
    return {name: ordered[int(share * len(ordered))] * 1000 for name, share in SHARES.items()}


def medians(rows: Sequence[Times]) -> Times:
    """Returns the median of each percentile."""
    return {name: statistics.median(row[name] for row in rows) for name in SHARES}


def on_schedule(rate: int, seconds: int) -> Times:
    """Runs wrk2's method on the generator's core."""
    os.sched_setaffinity(0, {CORES[0]})
    try:
        return percentiles(by_schedule(HOST, rate, seconds))
    finally:
        os.sched_setaffinity(0, CORES)


def locust(rate: int, seconds: int, *, is_open: bool) -> Times:
    """Runs Locust with the whole framework on, open or closed, in one process, and returns what metrics.json says."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "script.py").write_text(SCRIPT.format(per_user=rate / CLOSED_USERS))
        arrivals = {"arrivals": {"rate": f"{rate}/s", "maxUsers": 2 * rate}} if is_open else {}
        (folder / "settings.json").write_text(json.dumps({"type": "bench", "assertions": {}, **arrivals}))
        own = {"SWARMFILE_SETTINGS": f"{folder}/settings.json", "SWARMFILE_RESULTS": f"{folder}/results"}
        load = [f"--users={CLOSED_USERS}", f"--spawn-rate={CLOSED_USERS}", f"--run-time={seconds}s"]
        command = ["taskset", "-c", str(CORES[0]), sys.executable, "-m", "locust", "--headless", f"--host={HOST}"]
        subprocess.run(
            [*command, "-f", f"{FILES}/swarmfile/plugin.py,{folder}/script.py", *load],
            env=os.environ | own,
            capture_output=True,
            check=False,
            timeout=seconds + 120,
        )
        (metrics,) = folder.glob("results/*/metrics.json")
        times: dict[str, float] = json.loads(metrics.read_text())["totals"]["percentiles_ms"]
        return times


def show(rows: Mapping[str, Times]) -> None:
    """Prints a table."""
    print(f"{'':32}" + "".join(f"{name:>10}" for name in SHARES))
    for title, row in rows.items():
        print(f"{title:32}" + "".join(f"{row[name]:10.2f}" for name in SHARES))


if __name__ == "__main__":
    main()
