"""Runs one load generator on a core of its own, and measures it from outside."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.cases import Case
from benchmarks.target import HTTP_PORT, TLS_PORT, Target, tool

HERE = Path(__file__).parent
LIBRARY = HERE.parent / "locust-tests" / "chart-config" / "charts" / "library" / "files"
PATHS = {"10k": "/files/10k", "100k": "/files/100k", "cookies": "/cookies", "unique": "/unique"}


@dataclass(frozen=True)
class Sample:
    """One run: what nginx counted within the window, and what the generator used for it.

    `reported` is what the tool itself says it sent in the whole run, `counted` what nginx says of the same run.
    """

    requests_per_s: float
    cpu_us_per_request: float
    memory_bytes: int
    reported: int
    counted: int
    failed: int


@dataclass(frozen=True)
class Command:
    """How to start a generator for some seconds, and how to read what it reports: requests and failures."""

    arguments: list[str]
    read: Callable[[str], tuple[int, int]]
    # Locust ends when it is told to: how long it takes to start differs too much for a fixed time.
    until_told: bool = False


def measure(tool_name: str, case: Case, target: Target, core: int, window_s: float) -> Sample:
    """Runs `tool_name` for the warm-up and the window; returns the window's figures."""
    warm_up_s = 1.0 + case.users / 1000
    command = COMMANDS[tool_name](case, warm_up_s + window_s + 2)
    before = target.requests()
    pinned = ["taskset", "-c", str(core), *command.arguments]
    process = subprocess.Popen(
        pinned, env=environment(tool_name, case), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        wait_for_load(target, process, before + case.users * 2)
        time.sleep(warm_up_s)
        figures = watch(target, process, window_s)
        if command.until_told:
            process.terminate()
        output = process.communicate(timeout=120)[0].decode(errors="replace")
    finally:
        process.kill()
    if not figures[0]:
        raise RuntimeError(f"{tool_name} sent nothing within the window: {output[-2000:]}")
    reported, failed = command.read(output)
    return Sample(*figures, reported=reported, counted=target.requests() - before, failed=failed)


def watch(target: Target, process: subprocess.Popen[bytes], window_s: float) -> tuple[float, float, int]:
    """Returns requests per second, CPU microseconds per request, and resident bytes."""
    generator = psutil.Process(process.pid)
    cpu, count, started = cpu_seconds(generator), target.requests(), time.perf_counter()
    time.sleep(window_s)
    count = target.requests() - count
    took = time.perf_counter() - started
    cpu = cpu_seconds(generator) - cpu
    return count / took, cpu / max(count, 1) * 1e6, sum(each.memory_info().rss for each in family(generator))


def family(process: psutil.Process) -> list[psutil.Process]:
    """Returns a process and its children."""
    return [process, *process.children(recursive=True)]


def cpu_seconds(process: psutil.Process) -> float:
    """Returns user and system time of a process and its children."""
    return float(sum(each.cpu_times().user + each.cpu_times().system for each in family(process)))


def wait_for_load(target: Target, process: subprocess.Popen[bytes], count: int) -> None:
    """Returns once nginx has seen `count` requests. Raises RuntimeError when the generator ends before."""
    while target.requests() < count:
        if process.poll() is not None:
            raise RuntimeError(
                f"the generator ended early: {process.communicate()[0].decode(errors='replace')[-2000:]}"
            )
        time.sleep(0.05)


def environment(tool_name: str, case: Case) -> dict[str, str]:
    """Returns the generator's environment."""
    own = {"BENCH_USER": tool_name, "BENCH_KIND": case.kind, "BENCH_HOST": host(case), "PYTHONPATH": str(LIBRARY)}
    return {**os.environ, **own, "K6_NO_USAGE_REPORT": "true"}


def host(case: Case) -> str:
    """Returns the base URL."""
    return f"https://127.0.0.1:{TLS_PORT}" if case.kind == "tls" else f"http://127.0.0.1:{HTTP_PORT}"


def locust(case: Case, _seconds: float) -> Command:
    """Locust headless, ending gracefully so that each request that nginx saw is counted."""
    files = [
        str(HERE / "locustfile.py"),
        *([str(LIBRARY / "swarmfile" / "plugin.py")] if case.kind == "framework" else []),
    ]
    users = ["--users", str(case.users), "--spawn-rate", str(case.users)]
    quiet = ["--stop-timeout", "10", "--headless", "--json", "--loglevel", "CRITICAL", "--exit-code-on-error", "0"]
    program = [sys.executable, "-m", "locust", "-f", ",".join(files), "--host", host(case)]
    return Command([*program, *users, *quiet], read_locust, until_told=True)


def read_locust(output: str) -> tuple[int, int]:
    """Reads the JSON that --json prints, before a summary that says the same."""
    entries, _ = json.JSONDecoder().raw_decode(output, output.index("[\n"))
    return sum(entry["num_requests"] for entry in entries), sum(entry["num_failures"] for entry in entries)


def k6(case: Case, seconds: float) -> Command:
    """k6 with its end-of-run summary."""
    program = [str(Path(sys.executable).parent / "k6"), "run", "--quiet", "--vus", str(case.users)]
    return Command([*program, "--duration", f"{seconds:.0f}s", str(HERE / "k6.js")], read_k6)


def read_k6(output: str) -> tuple[int, int]:
    """Reads http_reqs and http_req_failed of the summary."""
    requests = re.search(r"http_reqs\.*: (\d+)", output)
    failed = re.search(r"http_req_failed\.*: [\d.]+%\s+(\d+) out of", output)
    if not requests:
        raise RuntimeError(f"k6 printed no summary: {output[-2000:]}")
    return int(requests[1]), int(failed[1]) if failed else 0


def wrk(case: Case, seconds: float) -> Command:
    """wrk, the yardstick: it measures nginx more than itself."""
    path = PATHS.get(case.kind, "/")
    options = ["-t", "1", "-c", str(case.users), "-d", f"{seconds:.0f}s", "-s", str(HERE / "wrk.lua")]
    return Command([tool("wrk", "wrk"), *options, host(case) + path], read_wrk)


def read_wrk(output: str) -> tuple[int, int]:
    """Reads wrk's totals."""
    requests = re.search(r"(\d+) requests in", output)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    if not requests:
        raise RuntimeError(f"wrk printed no total: {output[-2000:]}")
    return int(requests[1]), int(failed[1]) if failed else 0


COMMANDS: dict[str, Callable[[Case, float], Command]] = {
    "swarm": locust,
    "fast": locust,
    "http": locust,
    "k6": k6,
    "wrk": wrk,
}
