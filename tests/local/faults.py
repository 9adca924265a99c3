"""Makes the faults of docs/verdict.md happen: each to a run of its own, a few runs at a time."""

import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from demo.process import RunningTarget, running_target
from tests.local.swarm import SHOPPER, State, Swarm, swarm
from tests.waiting import wait_until

AT_ONCE = 4
LOAD = ("--users=4", "--spawn-rate=4")
Happened = dict[str, "Future[tuple[State, set[str]]]"]


def alone(run: Swarm, run_time: str = "6s") -> None:
    """One process, from its start to its end."""
    run.start_alone(*LOAD, f"--run-time={run_time}", "--headless", "--only-summary")
    run.await_end(120)


def manned(run: Swarm, *arguments: str, workers: int = 0) -> None:
    """A run with a web UI that makes requests; without a run time its end is up to us."""
    load = ("--users=6", "--spawn-rate=6", "--autostart", *arguments)
    run.start(*load, workers=workers) if workers else run.start_alone(*load)
    run.await_state("all users", lambda state: state["users"] == 6 and state["requests"] > 10, patience_s=180)


def stop(run: Swarm) -> None:
    run.post("/stop")
    run.await_verdict()


def await_more(run: Swarm) -> None:
    before = run.state()["requests"]
    run.await_state("more requests", lambda state: state["requests"] > before + 30)


def living(state: State) -> list[State]:
    return [worker for worker in state["workers"] if worker["state"] != "missing" and worker["users"]]


def await_living(run: Swarm, workers: int) -> None:
    def fits(state: State) -> bool:
        return len(living(state)) == workers and sum(worker["users"] for worker in living(state)) == 6

    run.await_state(f"all users on {workers} workers", fits)


def runs(run: Swarm, _: RunningTarget) -> None:
    alone(run)


Act = Callable[[Swarm, RunningTarget], None]


@dataclass(frozen=True)
class Row:
    """What happens, and to which run; `host` where it is not the target."""

    act: Act
    script: str = SHOPPER
    settings: Mapping[str, Any] = field(default_factory=dict)
    host: str = ""


def end_all(run: Swarm) -> None:
    """Ends a web UI that stays; every process must be gone after that, the workers by themselves."""
    assert run.master
    if run.master.poll() is None:
        run.master.send_signal(signal.SIGTERM)
    wait_until(lambda: all(p.poll() is not None for p in run.processes), lambda: f"still running: {run.processes}")


def happen(row: Row, folder: Path) -> tuple[State, set[str]]:
    """Returns the verdict and the names of the files that were kept."""
    # A name server that does not answer is not waited for.
    resolver = {"RES_OPTIONS": "timeout:1 attempts:1"}
    with (
        running_target() as target,
        swarm(folder, row.host or target.url, script=row.script, settings=row.settings, environment=resolver) as run,
    ):
        row.act(run, target)
        end_all(run)
        # Nothing of ours may have failed on the way.
        assert not [log.name for log in folder.glob("*.log") if "the run goes on without it" in log.read_text()]
        return run.verdict(), {path.name for path in run.run_folder().iterdir()}


@contextmanager
def happening(
    rows: Mapping[str, Row], request: pytest.FixtureRequest, folders: pytest.TempPathFactory
) -> Iterator[Happened]:
    """Yields, for the rows that this session asks for, what became of their runs."""
    asked_for = {
        fault: row for fault, row in rows.items() if any(f"[{fault}]" in i.name for i in request.session.items)
    }
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {fault: pool.submit(happen, row, folders.mktemp("row")) for fault, row in asked_for.items()}
