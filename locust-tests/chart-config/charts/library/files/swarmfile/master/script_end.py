"""Ends a run where its script asks for that, on the master, on a worker, or by letting all users end."""

from __future__ import annotations

from collections.abc import Callable

import gevent
from locust.rpc.protocol import Message
from locust.runners import STATE_RUNNING, MasterRunner

from swarmfile.listeners import quietly
from swarmfile.master.watch import RunWatch
from swarmfile.run.finished import Cause
from swarmfile.run.live import LiveRun
from swarmfile.run.script_end import ENDED, listen_to_exits, script_caller

# Seconds without a user until all have ended: workers tell their number each second, one after the other.
NOBODY_S = 3


def install(watch: RunWatch) -> None:
    """Listens to the script here and, by their messages, on workers; comes after all others who wrap the runner."""
    runner = watch.runner
    runner.quit = _noting(watch, runner.quit)  # type: ignore[method-assign]
    runner.stop = _noting(watch, runner.stop)  # type: ignore[method-assign]
    listen_to_exits(lambda place: note(watch, place))
    if isinstance(runner, MasterRunner):
        runner.register_message(ENDED, lambda msg, **_: _ended(watch, msg))
    watch.context.hooks.second.append(Everyone(watch).look)


def note(watch: RunWatch, place: str) -> None:
    """The script ends the run that goes on, or the process that would have run it."""
    watch.wish, watch.ended_at = Cause.SCRIPT, place


class Everyone:
    """Ends a run whose users have all ended, as by StopUser: Locust would wait for its run time with nobody."""

    def __init__(self, watch: RunWatch) -> None:
        self._watch = watch
        self._seconds = 0
        watch.context.hooks.begun.append(self.begin)

    def begin(self, _: LiveRun) -> None:
        """A run began."""
        self._seconds = 0

    def look(self, live: LiveRun) -> None:
        """Counts the seconds without a user, where there had been some."""
        self._seconds = self._seconds + 1 if self._is_deserted(live) else 0
        if self._seconds == NOBODY_S:
            note(self._watch, "every user has ended")
            gevent.spawn(quietly(self._watch.runner.stop))

    def _is_deserted(self, live: LiveRun) -> bool:
        runner = self._watch.runner
        wanted = runner.state == STATE_RUNNING and runner.target_user_count > 0 and runner.user_count == 0
        # The next stage, or a worker that comes, brings users again.
        there = bool(runner.clients.running) if isinstance(runner, MasterRunner) else True
        return wanted and there and self._watch.environment.shape_class is None and live.peak_present > 0


def _noting(watch: RunWatch, method: Callable[..., None]) -> Callable[..., None]:
    def noting(*args: bool, **kwargs: bool) -> None:
        place = script_caller()
        if place is None:
            method(*args, **kwargs)
            return
        note(watch, place)
        # Both end all users, and a user that waits for its own end would never come back.
        if gevent.getcurrent() in watch.runner.user_greenlets:
            gevent.spawn(quietly(method), *args, **kwargs)
        else:
            method(*args, **kwargs)

    return noting


def _ended(watch: RunWatch, msg: Message) -> None:
    if watch.live and watch.live.cause is None:
        note(watch, str(msg.data["place"]))
        gevent.spawn(quietly(watch.runner.stop))
