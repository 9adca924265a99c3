"""Lets the workers of a Job whose run is over rest until their pod goes.

They are a Deployment's pods: Kubernetes would start them again and again, to wait for a master that never comes back.
"""

import logging
import signal

import gevent
from gevent.event import Event
from lib.context import Context
from lib.listening import quietly
from locust import events
from locust.env import Environment
from locust.runners import Runner, WorkerRunner

logger = logging.getLogger("swarmfile")


def install(context: Context) -> None:
    """Listens on the workers of a Job. One that never reached its master is left to end and to be started again."""
    if not context.rests_when_ended:
        return

    def on_init(environment: Environment, runner: Runner, **_: object) -> None:
        if isinstance(runner, WorkerRunner):
            told = Event()
            gevent.signal_handler(signal.SIGTERM, told.set)
            environment.events.quit.add_listener(quietly(lambda **_: rest(told)))

    events.init.add_listener(on_init)


def rest(told: Event) -> None:
    """Returns when the process is told to end; at once where that is why Locust quits."""
    logger.info("swarmfile: the run is over; this worker rests until its pod goes")
    told.wait()
