"""Lets the leader of a run hear of new users at once, and never be busy with old ones.

Locust's master ramps inside of `start`, which blocks whoever called it: the shape, so that a stage shorter than its
ramp is skipped; the greenlet that listens to workers, so that nobody hears of a lost one; and a run that is stopped
during its ramp goes on spawning. Here a ramp has a greenlet of its own, which the next `start` or `stop` ends.
"""

import gevent
from locust import User, events
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner, locust_exception_handler

from swarmfile.listeners import tell
from swarmfile.run.context import Context


def install(context: Context) -> None:
    """Replaces `start` and `stop` of the runner that leads."""

    def on_init(environment: Environment, runner: Runner, **_: object) -> None:
        if not isinstance(runner, WorkerRunner):
            Spawning(environment, runner, context).take_over()

    events.init.add_listener(on_init)


class Spawning:
    """The one ramp that may go on."""

    def __init__(self, environment: Environment, runner: Runner, context: Context) -> None:
        self._environment = environment
        self._runner = runner
        self._told = context.hooks.requested
        self._start, self._stop = runner.start, runner.stop
        self._ramp: gevent.Greenlet | None = None

    def take_over(self) -> None:
        """Puts itself in the place of the runner's methods."""
        self._runner.start = self.start  # type: ignore[method-assign]
        self._runner.stop = self.stop  # type: ignore[method-assign]

    def start(
        self, user_count: int, spawn_rate: float, wait: bool = False, user_classes: list[type[User]] | None = None
    ) -> None:
        """Ramps from the current users to that many; returns at once."""
        tell(self._told, user_count, spawn_rate)
        if not isinstance(self._runner, MasterRunner):
            self._start(user_count, spawn_rate, wait, user_classes)
            return
        self.end_ramp()
        self._ramp = self._runner.greenlet.spawn(self._start, user_count, spawn_rate, wait, user_classes)
        self._ramp.link_exception(locust_exception_handler(self._environment))

    def stop(self, *args: bool, **kwargs: bool) -> None:
        """Ends the ramp and stops all users; returns when they are gone."""
        self.end_ramp()
        self._stop(*args, **kwargs)

    def end_ramp(self) -> None:
        """Lets nobody be spawned any more, unless it is the ramp itself that asks, by a listener of its events."""
        if self._ramp is not None and self._ramp is not gevent.getcurrent():
            self._ramp.kill(block=True)
