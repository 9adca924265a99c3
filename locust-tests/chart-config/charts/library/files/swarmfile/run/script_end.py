"""Notices that a script ends its process or its run: by the runner, by sys.exit, by a signal to itself.

A worker tells its master, which would see no more than a worker that is gone.
"""

from __future__ import annotations

import atexit
import inspect
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import gevent
from locust import events
from locust.runners import Runner, WorkerRunner

from swarmfile.listeners import quietly
from swarmfile.run.context import Context
from swarmfile.run.leave import SENDING_S

ENDED = "swarmfile_script_ended"
# Whose functions call a runner's `quit` and `stop` without a script's asking.
_NOT_A_SCRIPTS = ("locust", "swarmfile", "gevent")
# quit() and exit() are functions of Python's own that raise SystemExit.
_QUITTERS = "_sitebuiltins"


def install(context: Context) -> None:  # noqa: ARG001 - each feature is given it
    """Listens on workers; the process that leads a run does so by its RunWatch."""

    def on_init(runner: Runner, **_: object) -> None:
        if isinstance(runner, WorkerRunner):
            WorkerExit(runner).listen()

    events.init.add_listener(on_init)


class WorkerExit:
    """Tells the master once that the script ends this worker, and where it says so."""

    def __init__(self, runner: WorkerRunner) -> None:
        self._runner = runner
        self._place: str | None = None

    def listen(self) -> None:
        """Takes over the ways in which a script ends its process."""
        locust_quit = self._runner.quit

        def quit_() -> None:
            place = script_caller()
            if place is None:
                locust_quit()
            else:
                # One worker less would be replaced by the others: the master ends the run, and this process with it.
                self._runner.send_message(ENDED, {"place": place})

        self._runner.quit = quit_  # type: ignore[method-assign]
        listen_to_exits(self.note)
        events.quitting.add_listener(quietly(lambda **_: self.tell()))
        atexit.register(quietly(self._tell_at_exit))

    def note(self, place: str) -> None:
        """The script is about to end this process."""
        self._place = place

    def tell(self) -> None:
        """Says what was noted."""
        if self._place is not None:
            place, self._place = self._place, None
            self._runner.send_message(ENDED, {"place": place})

    def _tell_at_exit(self) -> None:
        # Locust leaves without its quitting event after sys.exit.
        if self._place is not None:
            self.tell()
            self._runner._send_stats()
            gevent.sleep(SENDING_S)


def script_caller() -> str | None:
    """Returns where a script or a plugin called who calls this, empty where that is unknown; None for Locust and us."""
    asking = inspect.currentframe()
    asked = asking.f_back if asking else None
    frame = asked.f_back if asked else None
    if frame is None:
        # A greenlet that runs nothing else, as of gevent.spawn_later(1, runner.quit).
        return ""
    return None if _root(frame) in _NOT_A_SCRIPTS else _place(frame, frame.f_lineno)


def listen_to_exits(note: Callable[[str], None]) -> None:
    """Notes where a script raises SystemExit in a greenlet, or signals its own process, before either has an effect."""
    hub: Any = gevent.get_hub()
    handle_error = hub.handle_error

    def handle(context: object, kind: Any, value: Any, trace: TracebackType | None) -> None:  # noqa: ANN401 - gevent's
        if isinstance(value, SystemExit) and (place := script_raiser(trace)):
            note(f"{place}: exit code {value.code}")
        handle_error(context, kind, value, trace)

    hub.handle_error = handle
    kill, raise_signal = os.kill, signal.raise_signal

    def own_kill(pid: int, number: int) -> None:
        if pid == os.getpid() and number and (place := script_caller()):
            note(f"{place}: {signal.Signals(number).name}")
        kill(pid, number)

    def own_raise(number: int) -> None:
        if place := script_caller():
            note(f"{place}: {signal.Signals(number).name}")
        raise_signal(number)

    os.kill, signal.raise_signal = own_kill, own_raise


def script_raiser(trace: TracebackType | None) -> str | None:
    """Returns where a script raised; None where somebody else did."""
    frames = []
    while trace is not None:
        frames.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    frame, line = next((each for each in reversed(frames) if _root(each[0]) != _QUITTERS), (None, 0))
    return None if frame is None or _root(frame) in _NOT_A_SCRIPTS else _place(frame, line)


def _root(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _place(frame: FrameType, line: int) -> str:
    return f"{Path(frame.f_code.co_filename).name}, line {line}"
