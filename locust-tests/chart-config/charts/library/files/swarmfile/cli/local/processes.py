"""Master and workers as processes of this machine, of which none is left behind."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from swarmfile.cli.local.launch import (
    Launch,
    exporter_command,
    exporter_environment,
    master_command,
    master_environment,
    worker_command,
    worker_environment,
)
from swarmfile.cli.local.ports import Ports
from swarmfile.cli.local.staging import StagedRun

# A master that was told to stop still collects its workers' last reports and writes the results.
STOP_LIMIT_S = 60
WORKER_LIMIT_S = 10
_LOG_PREFIX = re.compile(r"^\[[^]]*\] \S+/(?P<level>[A-Z]+)/\S+: ")


@dataclass(frozen=True)
class Member:
    """A process of the swarm with its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def last_words(self) -> str:
        """Returns how it ended: the last line of its log that is no mere information, else its exit code."""
        lines = [line.strip() for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines()]
        matches = [(line, _LOG_PREFIX.match(line)) for line in lines if line]
        telling = [line[m.end() if m else 0 :] for line, m in matches if not m or m["level"] not in ("INFO", "DEBUG")]
        code = self.process.returncode
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return telling[-1] if telling else f"exit code {code}"


@dataclass(frozen=True)
class Swarm:
    """A master and its workers."""

    master: Member
    workers: tuple[Member, ...]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Asks the master to end the run and to write its results; it tells the workers."""
        _signal(self.master, number)

    def kill(self) -> None:
        """Ends every process at once, with all that a script may have started."""
        for member in (self.master, *self.workers):
            _signal(member, signal.SIGKILL)
            member.process.wait()

    def close(self) -> None:
        """Ends every process: gently where that is enough."""
        _signal(self.master, signal.SIGTERM)
        _await_end([self.master], STOP_LIMIT_S)
        _await_end(self.workers, WORKER_LIMIT_S / 2)
        for worker in self.workers:
            _signal(worker, signal.SIGTERM)
        _await_end(self.workers, WORKER_LIMIT_S / 2)
        self.kill()


@contextmanager
def running(launch: Launch, stage: StagedRun, ports: Ports) -> Iterator[Swarm]:
    """Yields the started swarm; its logs lie in the run's folder."""
    workers = [f"worker-{number}" for number in range(1, launch.workers + 1)]
    started: list[Member] = []
    with _serving_metrics(launch, stage, ports):
        try:
            started.append(
                _start("master", master_command(launch, stage, ports), master_environment(launch, stage), launch, stage)
            )
            for name in workers:
                started.append(
                    _start(name, worker_command(launch, stage, ports), worker_environment(launch, stage), launch, stage)
                )
            yield Swarm(started[0], tuple(started[1:]))
        finally:
            if started:
                Swarm(started[0], tuple(started[1:])).close()


@contextmanager
def _serving_metrics(launch: Launch, stage: StagedRun, ports: Ports) -> Iterator[None]:
    """Serves metrics, where a port was given for them, until the swarm is gone; a run does without when that fails."""
    if launch.metrics_port is None:
        yield
        return
    exporter = _start("exporter", exporter_command(), exporter_environment(launch, ports), launch, stage)
    try:
        yield
    finally:
        _signal(exporter, signal.SIGKILL)
        exporter.process.wait()


def _start(
    name: str, command: Sequence[str], environment: Mapping[str, str], launch: Launch, stage: StagedRun
) -> Member:
    log = launch.folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=stage.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A terminal sends Ctrl-C to its whole group; who ends when is for us to say.
            start_new_session=True,
        )
    return Member(name, process, log)


def _signal(member: Member, number: signal.Signals) -> None:
    # The session outlives its first process when a script started more: those are killed as well.
    with suppress(ProcessLookupError, PermissionError):
        if number is signal.SIGKILL:
            os.killpg(member.process.pid, number)
        elif member.alive:
            member.process.send_signal(number)


def _await_end(members: Sequence[Member], limit_s: float) -> None:
    end = time.monotonic() + limit_s
    for member in members:
        with suppress(subprocess.TimeoutExpired):
            member.process.wait(max(0.01, end - time.monotonic()))
