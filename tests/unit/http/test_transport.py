"""A socket pair: one end is waited for as a greenlet does, the other is the peer."""

import _socket
import socket
from collections.abc import Iterator
from time import perf_counter

import gevent
import pytest

from swarmfile.http.errors import ReadTimeout
from swarmfile.http.transport import Transport

LARGE = b"x" * 10_000_000
Pair = tuple[Transport, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A transport and its peer, each of which lets other greenlets run while it waits."""
    ours, theirs = _socket.socketpair()
    ours.setblocking(False)
    transport, peer = Transport(ours), socket.socket(fileno=theirs.detach())
    yield transport, peer
    transport.close()
    peer.close()


def count_all(peer: socket.socket) -> int:
    """Reads to the end, and returns how many bytes came."""
    count = 0
    while data := peer.recv(1 << 20):
        count += len(data)
    return count


def test_a_greenlet_waits_for_what_the_peer_sends(pair: Pair) -> None:
    transport, peer = pair
    gevent.spawn(peer.sendall, b"late")
    assert transport.receive() == b"late"
    peer.close()
    assert transport.receive() == b""


def test_more_than_the_kernel_takes_is_sent_as_the_peer_reads(pair: Pair) -> None:
    transport, peer = pair
    reading = gevent.spawn(count_all, peer)
    assert transport.send_all(LARGE)
    transport.close()
    assert reading.get(timeout=30) == len(LARGE)


def test_a_peer_that_answers_before_it_has_all_ends_the_sending(pair: Pair) -> None:
    transport, peer = pair
    gevent.spawn(peer.sendall, b"too much")
    assert not transport.send_all(LARGE)
    assert transport.receive() == b"too much"


def test_a_silent_peer_is_waited_for_until_the_deadline(pair: Pair) -> None:
    transport, _ = pair
    began = perf_counter()
    transport.set_deadline(began + 0.05)
    with pytest.raises(ReadTimeout):
        transport.receive()
    assert perf_counter() - began >= 0.049


def test_a_deadline_that_moves_on_counts_as_it_is_then(pair: Pair) -> None:
    transport, peer = pair
    transport.set_deadline(perf_counter() + 0.02)
    transport.set_deadline(perf_counter() + 30)
    gevent.spawn_later(0.06, peer.sendall, b"in time")
    assert transport.receive() == b"in time"


def test_who_does_not_wait_is_not_disturbed_by_a_deadline(pair: Pair) -> None:
    transport, peer = pair
    transport.set_deadline(perf_counter() + 0.01)
    gevent.sleep(0.03)
    transport.set_deadline(perf_counter() + 30)
    peer.sendall(b"next")
    assert transport.receive() == b"next"


def test_closing_again_is_harmless(pair: Pair) -> None:
    transport, peer = pair
    transport.set_deadline(perf_counter() + 30)
    transport.close()
    transport.close()
    assert peer.recv(1) == b""
