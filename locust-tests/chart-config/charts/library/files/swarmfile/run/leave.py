"""Lets a worker leave so that nothing is lost: its last statistics go first.

Locust's worker reports every 3 s and once more when its master quits, but not when it is itself told to end, as by an
autoscaler that removes it: its last requests would not be counted.
"""

from typing import Any

import gevent
from locust import events
from locust.runners import Runner, WorkerRunner

from swarmfile.listeners import quietly, tell
from swarmfile.run.context import Context
from swarmfile.run.workers import LEAVING

# Locust ends the process while ZeroMQ's thread may still have the last report to send.
SENDING_S = 0.5


def install(context: Context) -> None:
    """Listens to the end of a worker; other processes have no use for it."""

    def on_init(runner: Runner, **_: object) -> None:
        if isinstance(runner, WorkerRunner):
            # Locust fires this event backwards, and its runner's own listener says goodbye to the master.
            events.quitting.add_listener(quietly(lambda **_: leave(runner, context)))

    events.init.add_listener(on_init)


def leave(runner: WorkerRunner, context: Context) -> None:
    """Stops the users and tells the master that none is left, with whatever was not reported yet."""
    tell(context.hooks.leaving)
    was_running = runner.user_count > 0
    runner.stop()
    runner.environment.events.report_to_master.add_listener(quietly(_say_last))
    runner._send_stats()
    if was_running:
        gevent.sleep(SENDING_S)


def _say_last(data: dict[str, Any], **_: object) -> None:
    data[LEAVING] = True
