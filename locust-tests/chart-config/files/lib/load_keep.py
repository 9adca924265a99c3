"""Keeps the planned users running when workers are lost, leave or join.

What Locust does by itself, and what is added here:
- With rebalancing on it hands the users of a silent worker to the others, some seconds after it fell silent; here
  after three seconds at most four.
- A minute later it forgets the dead worker and ramps again from zero; here the dead worker is forgotten before.
- It redistributes after the first worker that leaves or joins, but not after every later one; here `start` is called
  again whenever the workers are not those among whom the users were distributed.
"""

import gevent
from lib.context import Context
from lib.listening import quietly
from locust import events, runners
from locust.env import Environment
from locust.runners import HEARTBEAT_DEAD_INTERNAL, STATE_RUNNING, MasterRunner, Runner

INTERVAL_S = 0.5
# Heartbeats (one a second) that may fail to come; Locust's own 3 can take more than 5 s to notice.
HEARTBEATS_MISSED = 2
# Silent seconds before a worker is forgotten: a network that comes back earlier finds it still known.
FORGET_AFTER_S = -HEARTBEAT_DEAD_INTERNAL - 5


def install(context: Context) -> None:
    """Watches the workers of the master."""

    def on_init(environment: Environment, runner: Runner, **_: object) -> None:
        if isinstance(runner, MasterRunner):
            Keeper(environment, runner, context).watch()

    events.init.add_listener(on_init)


class Keeper:
    """Knows among whom the users were last distributed."""

    def __init__(self, environment: Environment, runner: MasterRunner, context: Context) -> None:
        self._runner = runner
        self._distributed: frozenset[str] = frozenset()
        context.hooks.told.append(self.told)
        if environment.parsed_options:
            environment.parsed_options.enable_rebalancing = True
        runners.HEARTBEAT_LIVENESS = HEARTBEATS_MISSED

    def watch(self) -> None:
        """Looks after the workers as long as this process leads them."""

        def look_for_ever() -> None:
            while True:
                quietly(self.look)()
                gevent.sleep(INTERVAL_S)

        gevent.spawn(look_for_ever)

    def told(self, _users: int, _spawn_rate: float) -> None:
        """Locust is about to distribute users among the workers of now."""
        self._distributed = self.present()

    def look(self) -> None:
        """Forgets the dead, and distributes the users again where the living changed."""
        self.forget()
        settled = self._runner.state == STATE_RUNNING and self._runner.spawning_completed
        if settled and self.present() and self.present() != self._distributed:
            self._runner.start(self._runner.target_user_count, self._runner.spawn_rate)

    def forget(self) -> None:
        """Drops the silent before Locust does, since it would start all users anew."""
        for worker in self._runner.clients.missing:
            if worker.heartbeat <= -FORGET_AFTER_S:
                del self._runner.clients[worker.id]

    def present(self) -> frozenset[str]:
        """Returns the names of the workers that live."""
        clients = self._runner.clients
        return frozenset(worker.id for worker in clients.ready + clients.spawning + clients.running)
