"""Swarms of the real Locust, side by side on one core: what one of them does more for each request, it costs.

Whatever else the machine does hits both alike, so that the ratio of their CPU time per request is steady where their
requests/s are not. Two processes of the same program differ by a percent or two: take the median of several pairs.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.target import HTTP_PORT
from swarmfile.cli.local.ports import free_port
from swarmfile.cli.local.staging import PACKAGE

HOST = f"http://127.0.0.1:{HTTP_PORT}"
STARTS_WITHIN_S = 60.0
# What each script ends with: its worker tells ten times a second how many requests it made, and its CPU time.
TELLING = """

import time

import gevent
from locust import events
from locust.runners import WorkerRunner


@events.init.add_listener
def tell(environment, **_):
    if isinstance(environment.runner, WorkerRunner):
        gevent.spawn(tell_requests)


def tell_requests():
    with open("worker.txt", "w", buffering=1) as file:
        while True:
            file.write(f"{Visitor.requests} {time.process_time()}\\n")
            gevent.sleep(0.1)
"""


@dataclass(frozen=True)
class Spent:
    """Requests of a swarm, CPU seconds of its worker, and of all else that belongs to it."""

    requests: float
    worker_s: float
    others_s: float

    @property
    def worker_us(self) -> float:
        """CPU microseconds of the worker for each request."""
        return self.worker_s / max(self.requests, 1) * 1e6

    @property
    def all_us(self) -> float:
        """CPU microseconds of all its processes for each request."""
        return (self.worker_s + self.others_s) / max(self.requests, 1) * 1e6

    def since(self, before: "Spent") -> "Spent":
        """Returns what was spent between two looks."""
        return Spent(self.requests - before.requests, self.worker_s - before.worker_s, self.others_s - before.others_s)


@dataclass
class Swarm:
    """A master and its worker. others: the master, and whoever else works for it."""

    folder: Path
    core: int
    web_port: int
    others: list[psutil.Process] = field(default_factory=list)

    def look(self) -> Spent:
        """Returns what was spent until now. Raises IndexError before the worker told anything."""
        requests, worker_s = map(float, (self.folder / "worker.txt").read_text().splitlines()[-2].split())
        times = [process.cpu_times() for process in self.others]
        return Spent(requests, worker_s, sum(each.user + each.system for each in times))

    def await_requests(self, count: int) -> None:
        """Returns once so many were made."""
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            try:
                if self.look().requests >= count:
                    return
            except (OSError, IndexError):
                pass
            time.sleep(0.2)
        raise SystemExit(f"benchmarks: no load after {STARTS_WITHIN_S:.0f} s:\n{(self.folder / 'log').read_text()}")


@contextmanager
def swarm(script: str, settings: str, core: int, *, plugin: bool = True, users: int = 10) -> Iterator[Swarm]:
    """Yields a swarm that runs `script`, whose user class is Visitor, against nginx; ends it."""
    with tempfile.TemporaryDirectory(prefix="swarm-") as name:
        folder = Path(name)
        (folder / "script.py").write_text(script + TELLING)
        (folder / "settings.json").write_text(settings)
        one, bind = Swarm(folder, core, free_port()), free_port()
        files = f"{PACKAGE}/plugin.py,{folder}/script.py" if plugin else f"{folder}/script.py"
        command = ["-m", "locust", "-f", files]
        lead = ["--master", "--autostart", "--expect-workers=1", "--web-host=127.0.0.1", f"--web-port={one.web_port}"]
        load = [f"--master-bind-port={bind}", f"--users={users}", f"--spawn-rate={users}", f"--host={HOST}"]
        with started(one, [*command, *lead, *load]) as master:
            one.others.append(psutil.Process(master.pid))
            with started(one, [*command, "--worker", f"--master-port={bind}"]):
                yield one


@contextmanager
def started(one: Swarm, arguments: list[str], **environ: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Starts Python on the swarm's core, in its folder; kills it in the end."""
    own = {"PYTHONPATH": str(one.folder), "SWARMFILE_PARENT": str(os.getpid())}
    own |= {"SWARMFILE_SETTINGS": f"{one.folder}/settings.json", "SWARMFILE_RESULTS": f"{one.folder}/results"}
    command = ["taskset", "-c", str(one.core), sys.executable, *arguments]
    with (one.folder / "log").open("ab") as log:
        environment = {**os.environ, **own, **environ}
        process = subprocess.Popen(command, cwd=one.folder, env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
