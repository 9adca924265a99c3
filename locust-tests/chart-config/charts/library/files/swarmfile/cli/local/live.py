"""Shows a run while it goes on: a table in a terminal, a line every few seconds elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from swarmfile.cli.report.words import clock
from swarmfile.cli.terminal import Shown
from swarmfile.run.state import State
from swarmfile.untrusted.text import plain

LINE_EVERY_S = 5.0


class View(Protocol):
    """Whatever shows states."""

    def show(self, state: State) -> None:
        """Takes the current state."""


@contextmanager
def shown(console: Console) -> Iterator[View]:
    """Yields the view that suits the console, and leaves the screen in order."""
    if not console.is_terminal:
        yield Lines(console)
        return
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield Screen(live)


class Screen:
    """Redraws one table in place."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def show(self, state: State) -> None:
        """Draws the state."""
        self._live.update(Shown(table(state)), refresh=True)


class Lines:
    """Prints a line every few seconds, and at once when the state or the phase changes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last_at = float("-inf")
        self._last_kind = ("", "")

    def show(self, state: State) -> None:
        """Prints the state where it is news."""
        now, kind = time.monotonic(), (state.state, phase_name(state))
        if kind != self._last_kind or now - self._last_at >= LINE_EVERY_S:
            self._last_at, self._last_kind = now, kind
            self._console.print(plain(line(state)), soft_wrap=True)


def line(state: State) -> str:
    """Returns a state in one line; before the load it says only what is waited for."""
    if not state.state.has_begun:
        return f"{state.type}: {state.state}, workers: {len(state.workers)}"
    parts = [f"{state.type}: {state.state}", progress(state)]
    parts += [f"phase {phase_text(state)}"] if state.phase else []
    parts += [f"users {state.users}/{state.planned_users}", f"{state.rps:.1f} requests/s", failures(state)]
    parts += [arrivals(state)]
    parts += [f"p50 {milliseconds(state.p50_ms)}", f"p95 {milliseconds(state.p95_ms)}"]
    return ", ".join(part for part in parts if part)


def table(state: State) -> Group:
    """Returns a state as a table with a second one for the workers."""
    title = Text(f"{state.run or state.type}  {state.state}  {progress(state)}", style="bold")
    numbers = Table("users", "requests/s", "requests", "failures", "p50", "p95", "left", "phase")
    numbers.add_row(
        f"{state.users} of {state.planned_users}",
        f"{state.rps:.1f}",
        str(state.requests),
        Text(failures(state), style="red" if state.failures else ""),
        milliseconds(state.p50_ms),
        milliseconds(state.p95_ms),
        "no end planned" if state.left_s is None else duration(state.left_s),
        phase_text(state),
    )
    return Group(title, numbers, Text(arrivals(state)), _workers(state))


def _workers(state: State) -> Table:
    rows = Table("worker", "state", "users", "CPU", "memory")
    for worker in state.workers:
        memory = worker.get("memory_bytes")
        rows.add_row(
            str(worker.get("id", "")),
            str(worker.get("state", "")),
            str(worker.get("users", "")),
            f"{worker.get('cpu_percent') or 0:.0f}%",
            f"{memory / 2**20:.0f} MiB" if memory else "",
        )
    return rows


def progress(state: State) -> str:
    """Returns how far the run is, and what is left."""
    if state.planned_s is None:
        return f"{duration(state.elapsed_s)}, no end planned"
    return f"{duration(state.elapsed_s)} of {duration(state.planned_s)}"


def failures(state: State) -> str:
    """Returns the failures with their share of the requests."""
    return f"{state.failures} failed ({state.failure_share:.1%})"


def arrivals(state: State) -> str:
    """Returns what came of the open model's arrivals, empty where the load is users."""
    if not state.arrivals:
        return ""
    known = state.arrivals
    text = f"arrivals {known.get('begun', 0)} of {known.get('planned', 0)} ({known.get('rate_per_s', 0):g}/s)"
    return f"{text}, {known['dropped']} dropped" if known.get("dropped") else text


def phase_name(state: State) -> str:
    """Returns the current stage, empty where there are no stages."""
    return str((state.phase or {}).get("name", ""))


def phase_text(state: State) -> str:
    """Returns the current stage with its place and its time."""
    if not state.phase:
        return ""
    phase = state.phase
    place = f"{phase.get('index', 0) + 1} of {phase.get('count', '?')}"
    time_of = f"{duration(phase.get('elapsed_s', 0))} of {duration(phase.get('duration_s', 0))}"
    return f"{phase_name(state)} ({place}, {time_of})"


def milliseconds(value: float | None) -> str:
    """Returns a response time, a dash where nothing was measured."""
    return "-" if value is None else f"{value:.0f} ms"


def duration(seconds: float) -> str:
    """Returns the whole seconds that have passed, or are left, as a clock shows them."""
    return clock(int(seconds))
