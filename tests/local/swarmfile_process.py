"""Runs the real command line as a process, and finds what it may have left behind."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.local.swarm import PATIENT
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
# Generous: the tests share two cores with whatever else runs.
PATIENCE_S = 120
PATIENTLY = (
    *(f"--set=validity.{reason}={effect}" for reason, effect in PATIENT.items()),
    "--set=assertions.p95ThresholdMs=60000",
)


@dataclass(frozen=True)
class Started:
    """A command line that runs, its output in a file, and everything it makes below `folder`."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def output(self) -> str:
        """What it printed until now, stderr included."""
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")

    def printed(self, pattern: str) -> re.Match[str]:
        """Waits until it printed something, and returns the match."""
        return wait_until(
            lambda: re.search(pattern, self.output), lambda: f"no {pattern!r} in:\n{self.output}", PATIENCE_S
        )

    def ended(self) -> int:
        """Waits for its end and returns the exit code."""
        return self.process.wait(PATIENCE_S)

    def locusts(self) -> list[psutil.Process]:
        """Returns the Locust processes that run for it: their arguments name its temporary folder."""
        return [process for process in psutil.process_iter() if _mentions(process, str(self.folder / "tmp"))]

    def master(self) -> psutil.Process:
        """Returns the master's process."""
        return next(process for process in self.locusts() if "--master" in process.cmdline())

    def workers(self) -> list[psutil.Process]:
        """Returns the workers' processes."""
        return [process for process in self.locusts() if "--worker" in process.cmdline()]

    def left_behind(self) -> list[str]:
        """Waits until no process of it is left; returns those that stay."""
        end = time.monotonic() + PATIENCE_S / 4
        while self.locusts() and time.monotonic() < end:
            time.sleep(0.1)
        return [" ".join(process.cmdline()) for process in self.locusts()]

    def runs(self) -> list[Path]:
        """Returns the folders of its runs, the first one first."""
        return sorted((self.folder / "results").glob("*"), key=lambda path: path.stat().st_ctime)

    def verdict(self) -> dict[str, Any]:
        """Returns the verdict of the last run."""
        verdict: dict[str, Any] = json.loads((self.runs()[-1] / "verdict.json").read_text())
        return verdict


@contextmanager
def started(folder: Path, *arguments: str, through: tuple[str, ...] = (), **variables: str) -> Iterator[Started]:
    """Starts `swarmfile ARGUMENTS`, perhaps through another program, and kills what is left at the end."""
    (folder / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "PYTHONUNBUFFERED": "1", **variables}
    for name in {"HOST", "LOCUSTFILE", "LIBS"} - set(variables):
        environment.pop(name, None)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [*through, sys.executable, "-m", "swarmfile", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    run = Started(process, folder)
    try:
        yield run
    finally:
        for each in [*run.locusts(), psutil.Process(process.pid)] if process.poll() is None else run.locusts():
            each.kill()
        process.communicate()


def run_arguments(folder: Path, host: str, *arguments: str) -> list[str]:
    """Returns `run` with what every test gives."""
    return ["run", *PATIENTLY, *arguments, "--host", host, "--results", str(folder / "results")]


def _mentions(process: psutil.Process, text: str) -> bool:
    try:
        return any(text in argument for argument in process.cmdline())
    except psutil.Error:
        return False
