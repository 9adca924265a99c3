"""One real target for all tests of a module, and a client that sees bytes."""

import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from demo.process import RunningTarget, running_target

Exchange = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def target() -> Iterator[RunningTarget]:
    with running_target() as running:
        yield running


@pytest.fixture
def connect(target: RunningTarget) -> Iterator[Callable[[], socket.socket]]:
    """Opens raw connections to the target and closes them afterwards."""
    address = urlsplit(target.url)
    opened: list[socket.socket] = []

    def connect_once() -> socket.socket:
        opened.append(socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=30))
        return opened[-1]

    yield connect_once
    for each in opened:
        each.close()


@pytest.fixture
def exchange(connect: Callable[[], socket.socket]) -> Exchange:
    """Sends bytes and returns all that comes back until the server closes."""

    def send_and_read(data: bytes) -> bytes:
        client = connect()
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))

    return send_and_read
