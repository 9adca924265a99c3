"""Follows a run from its processes' start until the master is gone, and says what stopped it from a verdict.

Its metrics stay up after its verdict until that was scraped, at most as long as the command line says.
"""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from swarmfile.cli.local.interrupts import Interrupts
from swarmfile.cli.local.launch import Launch
from swarmfile.cli.local.live import View
from swarmfile.cli.local.ports import LOOPBACK
from swarmfile.cli.local.processes import STOP_LIMIT_S, Member, Swarm
from swarmfile.cli.local.state import ask
from swarmfile.run.state import RunState, State

POLL_S = 0.5
ANSWER_TIMEOUT_S = 5


@dataclass(frozen=True)
class Lingering:
    """Begins when the verdict of `run` is known."""

    launch: Launch
    run: str
    began_s: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether nobody needs the metrics any more."""
        if self.launch.metrics_port is None or time.monotonic() - self.began_s >= self.launch.metrics_linger_s:
            return True
        return scraped(self.launch.metrics_port) in (self.run, None)


@dataclass
class LocalCourse:
    """How a run went, as far as it could be seen from here; `outcomes`: by folder, those that were shown."""

    launch: Launch
    swarm: Swarm
    url: str
    last: State
    trouble: str = ""
    stopped_at: float | None = None
    concluded: dict[str, Path] = field(default_factory=dict)
    outcomes: dict[Path, str | None] = field(default_factory=dict)
    lingering: Lingering | None = None

    @property
    def began(self) -> bool:
        """Whether a load ran."""
        return self.last.state.has_begun or bool(self.concluded)


def follow(course: LocalCourse, view: View, interrupts: Interrupts, conclude: Callable[[Path], None]) -> None:
    """Returns when the master is gone; calls `conclude` with the folder of each run that has its verdict.

    A run that starts by itself is stopped when it has one, and its metrics, where they are served, were scraped; the
    web UI of another stays until a signal comes.
    """
    while course.swarm.master.alive:
        _look(course, view, conclude)
        _act(course, interrupts)
        interrupts.wait(POLL_S)
    if not course.trouble:
        course.trouble = _death(course, course.swarm.master)


def _look(course: LocalCourse, view: View, conclude: Callable[[Path], None]) -> None:
    state = ask(course.url) or course.last
    course.last = state
    view.show(state)
    if state.verdict and state.run not in course.concluded:
        course.concluded[state.run] = Path(state.results) if state.results else course.launch.folder
        course.lingering = Lingering(course.launch, state.run)
        conclude(course.concluded[state.run])


def _act(course: LocalCourse, interrupts: Interrupts) -> None:
    over = course.lingering is not None and course.launch.starts_by_itself and course.lingering.is_over
    # While the master still starts it may have more to say of a script that no process can run.
    if course.last.state in (RunState.READY, RunState.WAITING) and not course.trouble:
        course.trouble = next((_death(course, worker) for worker in course.swarm.workers if not worker.alive), "")
    if course.stopped_at is None and (over or course.trouble or interrupts.count):
        # The master tells Ctrl-C from SIGTERM in its reason; it knows no closed terminal.
        course.swarm.stop(signal.SIGINT if interrupts.last is signal.SIGINT else signal.SIGTERM)
        course.stopped_at = time.monotonic()
    if interrupts.count > 1:
        course.trouble = "killed by a second signal before the results were written"
        course.swarm.kill()
    elif course.stopped_at is not None and time.monotonic() - course.stopped_at > STOP_LIMIT_S:
        course.trouble = f"the master did not end within {STOP_LIMIT_S} s after it was told to"
        course.swarm.kill()


def _death(course: LocalCourse, member: Member) -> str:
    what = "without a verdict" if course.began else "before the run began"
    name = "the master" if member is course.swarm.master else member.name
    return f"{name} ended {what}: {member.last_words()}"


def scraped(port: int) -> str | None:
    """Returns the last run whose verdict was scraped, "" before the first; None where the exporter is gone."""
    try:
        with build_opener(ProxyHandler({})).open(
            f"http://{LOOPBACK}:{port}/scraped", timeout=ANSWER_TIMEOUT_S
        ) as answer:
            return str(answer.read().decode())
    except OSError:
        return None
