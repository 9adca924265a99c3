"""Bounds what a worker does that is cut off from its master: nobody could stop it, and others have its users.

The worker stops its users when it has not heard its master for some seconds, and tells it so as soon as it hears it
again: the master gives it users anew, or lets it wait where the run is over. What ran meanwhile beyond the plan is told
with the verdict. By itself Locust goes on for a minute, and compares times of a clock that can be set.
"""

import logging
import math
import sys
import time
from collections.abc import Iterator

import gevent
from locust import events, runners
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.runners import STATE_RUNNING, STATE_SPAWNING, MasterRunner, Runner, WorkerRunner

from swarmfile.definition.validity import Doubt, Reason, Validity
from swarmfile.listeners import quietly, tell
from swarmfile.load.keep import HEARTBEATS_MISSED
from swarmfile.run.context import Context
from swarmfile.run.delivery import Delivery
from swarmfile.run.finished import Run, Tally
from swarmfile.run.live import LiveRun

RETURNED = "swarmfile_worker_returned"
INTERVAL_S = 0.5
# The master sends a heartbeat twice a second: so many seconds without one are a silence.
SILENCE_S = 2.0
# When the master, too, takes the worker for lost, whose connection still stands.
USERS_STOP_AFTER_S = float(HEARTBEATS_MISSED)
# As Locust's own patience.
ENDS_AFTER_S = 60.0
logger = logging.getLogger("swarmfile")


def install(context: Context) -> None:
    """Listens on both sides."""

    def on_init(environment: Environment, runner: Runner, **_: object) -> None:
        if isinstance(runner, WorkerRunner):
            silence = Silence(runner, context)
            environment.events.heartbeat_received.add_listener(quietly(lambda **_: silence.heard()))
            runner.greenlet.spawn(silence.watch)
        elif isinstance(runner, MasterRunner):
            Returns(runner, context)

    events.init.add_listener(quietly(on_init))
    context.hooks.doubts.append(lambda run: doubts(run, context.settings.validity))


class Silence:
    """How long a worker has not heard its master; the time in which its own process stood still does not count."""

    def __init__(self, runner: WorkerRunner, context: Context) -> None:
        self._runner = runner
        self._hooks = context.hooks.cut_off
        self._looked = time.monotonic()
        self._silent_s: float | None = None  # before the first heartbeat nobody is missed
        self._ran_s: float | None = None  # of the silence, until the users were stopped
        self._users = 0
        # A clock that is set would take the master's heartbeat for an old one.
        runners.MASTER_HEARTBEAT_TIMEOUT = sys.maxsize

    def heard(self) -> None:
        """The master sent a heartbeat."""
        self._pass()
        silent_s, ran_s = self._silent_s or 0.0, self._ran_s
        self._silent_s, self._ran_s = 0.0, None
        if ran_s is not None:
            self._tell(silent_s, ran_s, self._users, stopped=True)
        elif silent_s >= SILENCE_S:
            self._tell(silent_s, silent_s, self._runner.user_count, stopped=False)

    def watch(self) -> None:
        """Looks for ever."""
        look = quietly(self.look)
        while True:
            gevent.sleep(INTERVAL_S)
            look()

    def look(self) -> None:
        """Stops the users, or this worker, where the silence is too long."""
        self._pass()
        if self._silent_s is None:
            return
        if self._silent_s >= ENDS_AFTER_S:
            logger.error("swarmfile: the master was silent for %.0f s: this worker ends", self._silent_s)
            self._runner.quit()
        elif self._silent_s >= USERS_STOP_AFTER_S and self._ran_s is None and self._runner.user_count:
            self._stop_users(self._silent_s)

    def _pass(self) -> None:
        now = time.monotonic()
        if self._silent_s is not None:
            self._silent_s += min(now - self._looked, 2 * INTERVAL_S)
        self._looked = now

    def _tell(self, silent_s: float, ran_s: float, users: int, *, stopped: bool) -> None:
        report = {"silent_s": silent_s, "ran_s": ran_s, "users": users, "stopped": stopped}
        self._runner.send_message(RETURNED, report)

    def _stop_users(self, silent_s: float) -> None:
        runner = self._runner
        self._ran_s, self._users = silent_s, runner.user_count
        logger.warning("swarmfile: the master was silent for %.0f s: %d users are stopped", silent_s, self._users)
        tell(self._hooks)
        if runner.spawning_greenlet:
            runner.spawning_greenlet.kill(block=True)
        runner.stop_users(dict(runner.user_classes_count))


class Returns:
    """Takes workers back, on the master."""

    def __init__(self, runner: MasterRunner, context: Context) -> None:
        self._runner = runner
        self._live: LiveRun | None = None
        context.hooks.begun.append(self.begin)
        runner.register_message(RETURNED, self.returned)

    def begin(self, live: LiveRun) -> None:
        """A run began."""
        self._live = live

    def returned(self, msg: Message, **_: object) -> None:
        """A worker hears this master again."""
        runner, report = self._runner, msg.data
        if self._live:
            self._live.went_on(msg.node_id, report["silent_s"], report["ran_s"], report["users"])
        goes_on = runner.state in (STATE_SPAWNING, STATE_RUNNING)
        if goes_on and report["stopped"]:
            runner.start(runner.target_user_count, runner.spawn_rate)
        elif not goes_on and report["users"]:
            # The order to stop did not reach it.
            runner.server.send_to_client(Message("stop", None, msg.node_id))


def doubts(run: Run, validity: Validity) -> Iterator[Doubt]:
    """Yields how much ran beyond the plan; a warning where it is within the tolerance of what may be missing."""
    if not run.delivery.beyond_user_s:
        return
    beyond, planned, what = _arrivals(run.arrivals) if run.arrivals else _users(run.delivery)
    share = beyond / planned if planned else math.inf
    if beyond > 0:
        yield Doubt(
            Reason.LOAD_NOT_DELIVERED,
            f"a worker that was cut off from the master went on: {what} ({share:.1%}) beyond the plan",
            only_warns=share <= validity.delivery_tolerance,
        )


def _users(delivery: Delivery) -> tuple[float, float, str]:
    most, beyond_s = max(delivery.samples, key=lambda sample: sample.beyond), delivery.beyond_user_s
    where = f"up to {most.present:.0f} users ran where {most.planned:.0f} were planned"
    return beyond_s, delivery.planned_user_s, f"{where}, {beyond_s:.0f} user-seconds"


def _arrivals(tally: Tally) -> tuple[float, float, str]:
    # Users that only stand by are no load.
    beyond = tally.begun + tally.dropped - tally.planned
    return beyond, tally.planned, f"{beyond} arrivals"
