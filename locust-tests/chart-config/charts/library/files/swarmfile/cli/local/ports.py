"""Ports on loopback: those that a run takes, and the one that a user gives it."""

import socket
from dataclasses import dataclass

from swarmfile.cli.errors import BadInputError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """Free ports on loopback: for the workers to reach the master, and for the web UI."""

    master: int
    web: int

    @property
    def url(self) -> str:
        """The web UI's address."""
        return f"http://{LOOPBACK}:{self.web}"


def free_ports() -> Ports:
    """Returns two ports that are this run's own until it listens on them, seconds later."""
    return Ports(free_port(), free_port())


def free_port() -> int:
    """Returns a loopback port that nothing listens on and that the system gives to nobody else for a minute.

    A connection that ended there keeps it: who asks for any port gets another one, and a server that asks for this one
    gets it, since servers set SO_REUSEADDR.
    """
    with socket.create_server((LOOPBACK, 0)) as server, socket.create_connection(server.getsockname()):
        # The port is kept for the side that closes first.
        server.accept()[0].close()
        return int(server.getsockname()[1])


def check_free(metrics_port: int | None) -> None:
    """Raises BadInputError where something listens on the port that metrics are to be served at."""
    if metrics_port is None:
        return
    with socket.socket() as probe:
        # As the exporter binds it: the last run's closed connections do no harm.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, metrics_port))
        except OSError as error:
            message = f"--metrics-port: {metrics_port}: {error.strerror}; give a port that is free"
            raise BadInputError(message) from None
