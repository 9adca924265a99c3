"""A worker's connection is probed by what the master sends anyway: real ZeroMQ sockets on loopback."""

from collections.abc import Iterator

import gevent
import pytest
from locust.rpc import zmqrpc
from locust.rpc.protocol import Message
from locust.runners import STATE_INIT, MasterRunner, WorkerNode

from swarmfile.load.alive import PROBES, Connections


@pytest.fixture
def worker(master: MasterRunner) -> Iterator[zmqrpc.Client]:
    """A connected worker that the master knows."""
    client = zmqrpc.Client("127.0.0.1", master.server.port, "alive")
    client.send(Message("client_ready", "2.47.0", "alive"))
    with gevent.Timeout(30):
        while "alive" not in master.clients:
            gevent.sleep(0.01)
    yield client
    client.close(linger=0)


def test_a_connected_worker_stays_alive(master: MasterRunner, worker: zmqrpc.Client) -> None:
    connections = Connections(master)
    for _ in range(PROBES + 1):
        connections.probe()
    assert master.clients["alive"].heartbeat > 0


def test_a_worker_without_connection_is_taken_for_missing_after_some_probes(master: MasterRunner) -> None:
    master.clients["gone"] = WorkerNode("gone", STATE_INIT)
    connections = Connections(master)
    for _ in range(PROBES - 1):
        connections.probe()
    assert master.clients["gone"].heartbeat > 0
    connections.probe()
    assert master.clients["gone"].heartbeat < 0
