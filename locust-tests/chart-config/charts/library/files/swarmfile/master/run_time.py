"""Lets a run last as long as its run time says, counted from when its load begins.

Locust's timer begins before the listeners of test_start, which may fetch tokens or data for seconds; and it does not
run at all beside a load shape of the script's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

import gevent

from swarmfile.listeners import quietly
from swarmfile.load.shape import StagesShape
from swarmfile.master.watch import RunWatch
from swarmfile.run.finished import Cause
from swarmfile.run.live import LiveRun

POLL_S = 0.1
# The function of Locust's main that ends a run.
LOCUSTS_TIMER = "stop_and_optionally_quit"


def install(watch: RunWatch) -> None:
    """Holds Locust's timer back, or takes its place where the script has a shape."""
    shape = watch.environment.shape_class
    if shape is None:
        runner = watch.runner
        runner.quit = _late(watch, runner.quit)  # type: ignore[method-assign]
        runner.stop = _late(watch, runner.stop)  # type: ignore[method-assign]
    elif not isinstance(shape, StagesShape):
        # Locust would begin to count when the shape has ended, and stop a later run in the web UI.
        watch.options.run_time = None
        watch.context.hooks.begun.append(lambda live: _end_in_time(watch, live))


def _late(watch: RunWatch, method: Callable[..., None]) -> Callable[..., None]:
    def late(*args: bool, **kwargs: bool) -> None:
        if watch.intended and watch.concluded is None and _is_locusts_timer():
            _await_run_time(watch)
        method(*args, **kwargs)

    return late


def _is_locusts_timer() -> bool:
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_name != LOCUSTS_TIMER:
        frame = frame.f_back
    return frame is not None


def _await_run_time(watch: RunWatch) -> None:
    while watch.concluded is None and not (watch.live and _is_over(watch.live)):
        gevent.sleep(POLL_S)


def _is_over(live: LiveRun) -> bool:
    return live.cause is not None or live.planned_s is None or live.elapsed_s >= live.planned_s


def _end_in_time(watch: RunWatch, live: LiveRun) -> None:
    def end() -> None:
        while not _is_over(live):
            gevent.sleep(POLL_S)
        if live.cause is None:
            watch.wish = Cause.COMPLETED
            watch.runner.stop()

    if live.planned_s is not None:
        gevent.spawn(quietly(end))
