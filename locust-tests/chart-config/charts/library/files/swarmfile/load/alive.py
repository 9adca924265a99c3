"""Notices within a second or two that a worker's process is gone, by its closed connection.

Heartbeats that fail to come, as Locust counts them, tell a busy worker from a dead one only after many seconds; they
are how a lost network or node is noticed, where nobody closes the connection.
"""

import zmq
from locust.rpc.protocol import Message
from locust.runners import STATE_MISSING, MasterRunner

# Probes in a row that must find no connection: after a short interruption ZeroMQ connects again within 0.1 s.
PROBES = 2


class Connections:
    """Asks for each worker's connection by sending what the master sends anyway: a heartbeat."""

    def __init__(self, runner: MasterRunner) -> None:
        self._runner = runner
        self._failed: dict[str, int] = {}

    def probe(self) -> None:
        """Lets Locust take the unreachable for missing at its next look, a second later at most."""
        for worker in self._runner.clients.all:
            failed = 0 if self._reachable(worker.id) else self._failed.get(worker.id, 0) + 1
            self._failed[worker.id] = failed
            if failed >= PROBES and worker.state != STATE_MISSING:
                worker.heartbeat = min(worker.heartbeat, -1)

    def _reachable(self, worker: str) -> bool:
        socket = self._runner.server.socket
        # Only for this one message: Locust itself counts on messages to nobody being dropped.
        socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        try:
            socket.send_multipart([worker.encode(), Message("heartbeat", None, worker).serialize()], zmq.NOBLOCK)
        except zmq.ZMQError as error:
            return error.errno != zmq.EHOSTUNREACH
        finally:
            socket.setsockopt(zmq.ROUTER_MANDATORY, 0)
        return True
