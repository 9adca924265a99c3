"""Wires the following of runs into the process that leads them: the master, or the only process."""

import gevent
from locust import events
from locust.env import Environment
from locust.runners import LocalRunner, WorkerRunner

from swarmfile.listeners import quietly
from swarmfile.master import baseline as run_baseline
from swarmfile.master import blocks as run_blocks
from swarmfile.master import marker as run_marker
from swarmfile.master import quit as run_quit
from swarmfile.master import run_time, script_end
from swarmfile.master import state as run_state
from swarmfile.master import web as run_web
from swarmfile.master.watch import RunWatch
from swarmfile.run.context import Context


def install(context: Context) -> None:
    """Waits for Locust's set-up, and does nothing on workers."""

    def on_init(environment: Environment, **_: object) -> None:
        if not isinstance(environment.runner, WorkerRunner):
            lead(RunWatch(context, environment))

    events.init.add_listener(on_init)


def lead(watch: RunWatch) -> None:
    """Lets the watch hear of everything, and gives it to those who ask or end it."""
    environment, hooks = watch.environment, watch.context.hooks
    hooks.requested.append(watch.requested)
    environment.events.test_start.add_listener(quietly(lambda **_: watch.begin()))
    environment.events.test_stopping.add_listener(quietly(lambda **_: watch.end()))
    environment.events.test_stop.add_listener(quietly(lambda **_: _stopped(watch)))
    environment.events.worker_report.add_listener(quietly(watch.report))
    # Fired for the answer to each heartbeat of a worker.
    environment.events.heartbeat_sent.add_listener(quietly(watch.heard))
    run_blocks.install(watch)
    run_baseline.install(watch)
    run_quit.install(watch)
    run_time.install(watch)
    script_end.install(watch)
    run_web.install(watch)
    run_state.install(watch)
    for follow in hooks.leading:
        follow(watch)
    run_marker.install(watch)


def _stopped(watch: RunWatch) -> None:
    if isinstance(watch.runner, LocalRunner):
        watch.conclude()
    else:
        gevent.spawn(quietly(watch.settle))
