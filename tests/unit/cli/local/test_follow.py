"""When a run is over and why it has no verdict, over processes and states that are set by hand."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.local import follow as module
from swarmfile.cli.local.follow import Lingering, LocalCourse, follow
from swarmfile.cli.local.interrupts import Interrupts
from swarmfile.cli.local.launch import Launch
from swarmfile.cli.local.ports import free_port
from swarmfile.cli.local.processes import Member, Swarm
from swarmfile.metrics.server import serve
from swarmfile.run.state import RunState, State

RUNNING = State(run="smoke-1", type="smoke", state=RunState.RUNNING)
OVER = replace(RUNNING, state=RunState.STOPPED, verdict={"outcome": "PASS"}, results="/results/smoke-1")


class Silent:
    """Shows nothing."""

    def show(self, state: State) -> None:
        """Takes the state."""


@pytest.fixture
def interrupts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Interrupts]:
    monkeypatch.setattr(module, "POLL_S", 0.01)
    noted = Interrupts()
    yield noted
    noted.close()


@pytest.fixture
def course(clone: Clone, tmp_path: Path) -> Iterator[LocalCourse]:
    """A swarm of two processes that wait until they are told to end."""
    launch = Launch(read_definition(clone, "smoke", []), "http://127.0.0.1:1", 1, "smoke-1", tmp_path)
    members = [_member(name, tmp_path) for name in ("master", "worker-1")]
    swarm = Swarm(members[0], (members[1],))
    yield LocalCourse(launch, swarm, "http://127.0.0.1:1", State(state=RunState.STARTING))
    swarm.kill()


def _member(name: str, folder: Path) -> Member:
    (folder / name).write_text("")
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    return Member(name, process, folder / name)


def answers(monkeypatch: pytest.MonkeyPatch, *states: State) -> None:
    """Lets the master answer one state after the other, the last one for ever."""
    left = list(states)
    monkeypatch.setattr(module, "ask", lambda _: left.pop(0) if len(left) > 1 else left[0])


def test_a_run_that_has_its_verdict_is_over(
    course: LocalCourse, interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, RUNNING, OVER)
    concluded: list[Path] = []
    follow(course, Silent(), interrupts, concluded.append)
    assert concluded == [Path("/results/smoke-1")]
    assert not course.swarm.master.alive


def test_a_master_that_dies_leaves_its_last_words(
    course: LocalCourse, interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, RUNNING)
    course.swarm.master.process.kill()
    course.last = RUNNING
    follow(course, Silent(), interrupts, lambda _: None)
    assert course.trouble == "the master ended without a verdict: killed by SIGKILL"


def test_a_worker_that_cannot_start_ends_the_wait(
    course: LocalCourse, interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, State(state=RunState.WAITING))
    course.swarm.workers[0].process.kill()
    course.swarm.workers[0].process.wait()
    follow(course, Silent(), interrupts, lambda _: None)
    assert course.trouble == "worker-1 ended before the run began: killed by SIGKILL"
    assert not course.swarm.master.alive


def test_a_second_signal_kills(course: LocalCourse, interrupts: Interrupts, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, RUNNING)
    interrupts.count = 2
    follow(course, Silent(), interrupts, lambda _: None)
    assert course.trouble == "killed by a second signal before the results were written"
    assert not course.swarm.workers[0].alive


@pytest.fixture
def with_metrics(clone: Clone, tmp_path: Path) -> Launch:
    return Launch(read_definition(clone, "smoke", []), "http://127.0.0.1:1", 1, "run-2", tmp_path)


@pytest.fixture
def exporter() -> Iterator[tuple[int, list[str]]]:
    """Its port, and what it tells was scraped."""
    told = [""]
    server = serve(0, {"/scraped": lambda _: (200, "text/plain", told[0].encode())}, "127.0.0.1")
    yield server.server_port, told
    server.shutdown()


@pytest.mark.parametrize(("scraped", "is_over"), [("", False), ("run-1", False), ("run-2", True)])
def test_it_is_over_when_this_runs_verdict_was_scraped(
    with_metrics: Launch, exporter: tuple[int, list[str]], scraped: str, is_over: bool
) -> None:
    port, told = exporter
    told[0] = scraped
    assert Lingering(replace(with_metrics, metrics_port=port, metrics_linger_s=600), "run-2").is_over is is_over


def test_nobody_waits_longer_than_was_said(with_metrics: Launch, exporter: tuple[int, list[str]]) -> None:
    assert Lingering(replace(with_metrics, metrics_port=exporter[0], metrics_linger_s=0), "run-2").is_over


def test_nobody_waits_for_metrics_that_are_not_served(with_metrics: Launch) -> None:
    assert Lingering(replace(with_metrics, metrics_linger_s=600), "run-2").is_over


def test_nobody_waits_for_an_exporter_that_is_gone(with_metrics: Launch) -> None:
    assert Lingering(replace(with_metrics, metrics_port=free_port(), metrics_linger_s=600), "run-2").is_over
