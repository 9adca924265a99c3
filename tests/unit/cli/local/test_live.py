"""How a run looks while it goes on."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from swarmfile.cli.local.live import Lines, Screen, duration, line, shown, table
from swarmfile.run.state import RunState, State

RUNNING = State(
    run="spike-1",
    type="spike",
    state=RunState.RUNNING,
    elapsed_s=65,
    planned_s=300,
    users=18,
    planned_users=20,
    rps=41.26,
    requests=1000,
    failures=25,
    p50_ms=12.4,
    p95_ms=33,
    phase={"name": "jump", "index": 1, "count": 3, "elapsed_s": 5, "duration_s": 120},
    workers=({"id": "vm_1", "state": "running", "users": 18, "cpu_percent": 12.3, "memory_bytes": 50 * 2**20},),
)


def printed(state: State) -> str:
    console = Console(file=io.StringIO(), width=160)
    console.print(table(state))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_line_says_all_that_matters() -> None:
    assert line(RUNNING) == (
        "spike: running, 1:05 of 5:00, phase jump (2 of 3, 0:05 of 2:00), users 18/20, 41.3 requests/s, "
        "25 failed (2.5%), p50 12 ms, p95 33 ms"
    )


def test_arrivals_are_told_with_what_was_dropped() -> None:
    counts = {"planned": 900, "begun": 880, "dropped": 20, "unfinished": 3, "rate_per_s": 12.5}
    for text in (line(replace(RUNNING, arrivals=counts)), printed(replace(RUNNING, arrivals=counts))):
        assert "arrivals 880 of 900 (12.5/s), 20 dropped" in text
    assert "dropped" not in line(replace(RUNNING, arrivals=counts | {"dropped": 0}))


@pytest.mark.parametrize("state", [RunState.STARTING, RunState.WAITING])
def test_before_the_load_a_line_says_what_is_waited_for(state: RunState) -> None:
    assert line(replace(RUNNING, state=state)) == f"spike: {state}, workers: 1"


def test_without_an_end_a_line_says_so() -> None:
    assert "1:05, no end planned" in line(replace(RUNNING, planned_s=None))


@pytest.mark.parametrize(
    "text",
    [
        "spike-1  running  1:05 of 5:00",
        "18 of 20",
        "41.3",
        "25 failed (2.5%)",
        "12 ms",
        "3:55",
        "vm_1",
        "12%",
        "50 MiB",
    ],
)
def test_the_table_says_the_same(text: str) -> None:
    assert text in printed(RUNNING)


def test_a_worker_of_which_little_is_known_is_shown_all_the_same() -> None:
    assert "vm_2" in printed(replace(RUNNING, workers=({"id": "vm_2"},)))


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.9, "0:59"), (3600, "1:00:00"), (3725, "1:02:05")])
def test_a_duration_reads_as_on_a_clock(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("terminal", "view"), [(True, Screen), (False, Lines)])
def test_the_view_suits_the_console(terminal: bool, view: type) -> None:
    with shown(Console(file=io.StringIO(), force_terminal=terminal)) as chosen:
        chosen.show(RUNNING)
        assert isinstance(chosen, view)


def test_elsewhere_a_line_comes_with_what_is_new_not_with_every_look() -> None:
    output = io.StringIO()
    lines = Lines(Console(file=output, width=200))
    stopping = replace(RUNNING, state=RunState.STOPPING)
    for state in (RUNNING, RUNNING, stopping, stopping):
        lines.show(state)
    assert [text.split(",")[0] for text in output.getvalue().splitlines()] == ["spike: running", "spike: stopping"]


def test_elsewhere_a_new_phase_is_news() -> None:
    output = io.StringIO()
    lines = Lines(Console(file=output, width=200))
    lines.show(RUNNING)
    lines.show(replace(RUNNING, phase={**(RUNNING.phase or {}), "name": "recovery"}))
    assert "recovery" in output.getvalue().splitlines()[1]
