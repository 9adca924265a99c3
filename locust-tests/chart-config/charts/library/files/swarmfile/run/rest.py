"""Lets the workers of a Job end with their run, where Kubernetes lets them; elsewhere they rest until their pod goes.

In a Job's pod a worker ends with the run, by exit code 0, and its CPU is free; one that is told to end before, as by a
drain, ends with 1, so that another takes its place. Upstream's workers are a Deployment's pods: Kubernetes would start
them again and again, to wait for a master that never comes back.
"""

import logging
import signal

import gevent
from gevent.event import Event
from locust import events
from locust.env import Environment
from locust.runners import Runner, WorkerRunner

from swarmfile.listeners import quietly
from swarmfile.run.context import Context

logger = logging.getLogger("swarmfile")


def install(context: Context) -> None:
    """Listens on the workers of a Job. One that never reached its master is left to end and to be started again."""
    if not context.in_run_of_a_job:
        return

    def on_init(environment: Environment, runner: Runner, **_: object) -> None:
        if isinstance(runner, WorkerRunner):
            told = Event()
            gevent.signal_handler(signal.SIGTERM, told.set)
            if context.in_job:
                environment.events.quitting.add_listener(quietly(lambda **_: set_exit_code(environment, told)))
            else:
                environment.events.quit.add_listener(quietly(lambda **_: rest(told)))

    events.init.add_listener(on_init)


def rest(told: Event) -> None:
    """Returns when the process is told to end; at once where that is why Locust quits."""
    logger.info("swarmfile: the run is over; this worker rests until its pod goes")
    told.wait()


def set_exit_code(environment: Environment, told: Event) -> None:
    """Failures that this worker counted are the master's to judge: they do not start it again."""
    environment.process_exit_code = int(told.is_set())
    if not told.is_set():
        logger.info("swarmfile: the run is over; this worker ends")
