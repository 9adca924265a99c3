"""Runs the demo target as a process of its own, for whoever needs something to test against."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
ANSWER_TIMEOUT_S = 30


@dataclass(frozen=True)
class RunningTarget:
    """A target that listens; `url` has no trailing slash."""

    url: str
    process: subprocess.Popen[str]

    def counts(self) -> dict[str, Any]:
        """Returns what the target counted until now, see demo.counts."""
        return self._ask("GET", "/count")

    def forget(self) -> None:
        """Lets the target count from zero again."""
        self._ask("DELETE", "/count")

    def fault(self, mode: str, for_s: float | None = None, rate: float = 1.0) -> None:
        """Makes the target misbehave, see demo.faults."""
        self._ask("POST", "/admin/faults", {"mode": mode, "for_s": for_s, "rate": rate})

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data=data, method=method)  # noqa: S310 - the target's own address
        with urlopen(request, timeout=ANSWER_TIMEOUT_S) as response:  # noqa: S310
            answer: dict[str, Any] = json.load(response)
            return answer


@contextmanager
def running_target(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[RunningTarget]:
    """Starts `python -m demo` on a free loopback port, and ends it. Raises RuntimeError when it does not start."""
    command = [sys.executable, "-m", "demo", "--port", "0", *arguments]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
    # A terminal's Ctrl-C ends whoever tests, and the target only after that: hence a session of its own.
    with subprocess.Popen(
        command, env=surroundings, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield RunningTarget(_announced_url(process), process)
        finally:
            process.terminate()
            process.wait(ANSWER_TIMEOUT_S)


def _announced_url(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if " on http" not in line:
        raise RuntimeError(f"the demo target did not start, exit code {process.wait()}")
    return line.split(" on ")[1].strip()
