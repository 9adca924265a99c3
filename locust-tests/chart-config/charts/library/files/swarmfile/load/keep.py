"""Keeps the planned users running when workers are lost, leave or join.

What Locust does by itself, and what is added here:
- With rebalancing on it hands the users of a missing worker to the others.
- A minute later it forgets the dead worker and ramps again from zero; here the dead worker is forgotten before.
- It redistributes after the first worker that leaves or joins, but not after every later one; here `start` is called
  again whenever the workers are not those among whom the users were distributed.
- A worker that was silent for a moment can be lost to the distribution for ever, while it counts as running; here the
  distribution is held against those who live.
- A master that was restarted ignores the workers of its predecessor, which go on for a minute; here they are told to
  end, so that Kubernetes starts them again and they become workers of the new one.
"""

import gevent
from locust import events, runners
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.runners import HEARTBEAT_DEAD_INTERNAL, STATE_RUNNING, STATE_SPAWNING, MasterRunner, Runner

from swarmfile.listeners import quietly
from swarmfile.load.alive import Connections
from swarmfile.run.context import Context

INTERVAL_S = 0.5
# Heartbeats, one a second, that may fail to come while the connection stands: Locust's 3 take a worker on a busy
# machine for dead, and stop the run when all are.
HEARTBEATS_MISSED = 8
# Silent seconds before a worker is forgotten: a network that comes back earlier finds it still known.
FORGET_AFTER_S = -HEARTBEAT_DEAD_INTERNAL - 5


def install(context: Context) -> None:
    """Watches the workers of the master."""

    def on_init(environment: Environment, runner: Runner, **_: object) -> None:
        if isinstance(runner, MasterRunner):
            Keeper(environment, runner, context).watch()
            environment.events.worker_report.add_listener(quietly(lambda client_id, **_: release(runner, client_id)))

    events.init.add_listener(on_init)


def release(runner: MasterRunner, worker: str) -> None:
    """Tells a worker to end that never was one of this master's."""
    if worker not in runner.worker_indexes:
        runner.server.send_to_client(Message("quit", None, worker))


class Keeper:
    """Knows among whom the users were last distributed."""

    def __init__(self, environment: Environment, runner: MasterRunner, context: Context) -> None:
        self._runner = runner
        self._connections = Connections(runner)
        self._distributed: frozenset[str] = frozenset()
        context.hooks.requested.append(self.users_requested)
        if environment.parsed_options:
            environment.parsed_options.enable_rebalancing = True
        runners.HEARTBEAT_LIVENESS = HEARTBEATS_MISSED

    def watch(self) -> None:
        """Looks after the workers as long as this process leads them."""

        look = quietly(self.look)

        def look_for_ever() -> None:
            while True:
                look()
                gevent.sleep(INTERVAL_S)

        gevent.spawn(look_for_ever)

    def users_requested(self, _users: int, _spawn_rate: float) -> None:
        """Locust is about to distribute users among the current workers."""
        self._distributed = self.present()

    def look(self) -> None:
        """Notices the dead and forgets them, and distributes the users again where the living changed."""
        self._connections.probe()
        self.forget()
        living = self.present()
        if not living or self._runner.state not in (STATE_SPAWNING, STATE_RUNNING):
            return
        corrected = self.correct(living)
        settled = self._runner.state == STATE_RUNNING and self._runner.spawning_completed
        if settled and (corrected or living != self._distributed):
            self._runner.start(self._runner.target_user_count, self._runner.spawn_rate)

    def forget(self) -> None:
        """Drops the silent before Locust does, since it would start all users anew."""
        for worker in self._runner.clients.missing:
            if worker.heartbeat <= -FORGET_AFTER_S:
                del self._runner.clients[worker.id]

    def correct(self, living: frozenset[str]) -> bool:
        """Lets the distribution, a ramp included, be among exactly those who live; returns whether it was not."""
        dispatcher = self._runner._users_dispatcher
        if dispatcher is None:
            return False
        known = [node.id for node in dispatcher._worker_nodes]
        for worker in sorted(living - set(known)):
            dispatcher.add_worker(self._runner.clients[worker])
        for node in list(dispatcher._worker_nodes):
            if node.id not in living:
                dispatcher.remove_worker(node)
        return set(known) != living

    def present(self) -> frozenset[str]:
        """Returns the names of the workers that live."""
        clients = self._runner.clients
        return frozenset(worker.id for worker in clients.ready + clients.spawning + clients.running)
