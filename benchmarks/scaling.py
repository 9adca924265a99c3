"""Shows how `swarmfile run --workers N` scales: `python -m benchmarks.scaling [--most N] [--seconds S] [--runs R]`.

nginx has the last core; the workers and their master share all cores with it, as on a laptop. SwarmHttpUser alone
keeps nginx busy for two thirds of a core; with HttpUser nearly all that the cores have is left to the workers.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.target import HTTP_PORT, Target, running_target

ROOT = Path(__file__).parent.parent
USERS_EACH = 50
USERS = ("SwarmHttpUser", "HttpUser")
SCRIPT = """
from swarmfile.http.user import SwarmHttpUser
from locust import HttpUser, task

class Visitor({user}):
    @task
    def get(self):
        self.client.get("/")
"""


@dataclass(frozen=True)
class Row:
    """The median run with so many workers; `estimate`: what metrics.json says that one core makes."""

    workers: int
    requests_per_s: float
    estimate: float
    was_limit: bool
    miscounted: int


def main() -> None:
    """Measures and prints a table."""
    options = arguments()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="scaling-") as name, running_target(Path(name), cores[-1]) as target:
        for user in USERS:
            (Path(name) / "scaling.py").write_text(SCRIPT.format(user=user))
            counts = range(1, (options.most or len(cores)) + 1)
            runs = [[measure(target, Path(name), n, options.seconds) for _ in range(options.runs)] for n in counts]
            print("\n".join([f"{user}:", "", *table([median(rows) for rows in runs]), ""]), flush=True)


def arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--most", type=int, default=None, help="the highest number of workers; default: the cores")
    parser.add_argument("--seconds", type=int, default=10, help="how long each run lasts")
    parser.add_argument("--runs", type=int, default=3, help="runs with each number, of which the median counts")
    return parser.parse_args()


def measure(target: Target, folder: Path, workers: int, seconds: int) -> Row:
    """Runs the command line once, and reads what it wrote."""
    before = target.requests()
    with tempfile.TemporaryDirectory(dir=folder) as results:
        command = [sys.executable, "-m", "swarmfile", "run", "smoke", f"--host=http://127.0.0.1:{HTTP_PORT}"]
        command += [f"--locustfile={folder / 'scaling.py'}", f"--results={results}", f"--workers={workers}"]
        command += [f"--users={USERS_EACH * workers}", f"--spawn-rate={USERS_EACH * workers}"]
        command += [f"--run-time={seconds}s", "--set=loadTest.extraArgs={--stop-timeout=10}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        found = list(Path(results).glob("*/metrics.json"))
        if not found:
            raise SystemExit(f"benchmarks: the run wrote no results:\n{done.stdout}{done.stderr}")
        metrics = json.loads(found[0].read_text())
    totals, generator = metrics["totals"], metrics["generator"]
    wrong = totals["requests"] - (target.requests() - before)
    core = generator["requests_per_s_of_one_core"]
    return Row(workers, totals["requests_per_s"], core, generator["was_limit"], wrong)


def median(rows: list[Row]) -> Row:
    """Returns the run in the middle."""
    rate = statistics.median_low(row.requests_per_s for row in rows)
    return next(row for row in rows if row.requests_per_s == rate)


def table(rows: list[Row]) -> list[str]:
    """Returns Markdown: requests/s, how many times one worker's, and what one core was said to make."""
    head = ["workers", "requests/s", "times one worker", "one core makes", "generator was the limit", "miscounted"]
    lines = [
        f"| {row.workers} | {row.requests_per_s:,.0f} | {row.requests_per_s / rows[0].requests_per_s:.2f} | "
        f"{row.estimate:,.0f} | {'yes' if row.was_limit else 'no'} | {row.miscounted} |"
        for row in rows
    ]
    return [f"| {' | '.join(head)} |", "|---:|---:|---:|---:|---|---:|", *lines]


if __name__ == "__main__":
    main()
