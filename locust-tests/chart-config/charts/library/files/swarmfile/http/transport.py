"""A connected socket that a greenlet can wait for, with one deadline and, for https, TLS.

Waits on the raw socket with gevent's own watcher: gevent.socket costs twice the time per request.
"""

import _socket
from math import inf
from time import perf_counter
from typing import Any

from gevent import Greenlet, GreenletExit, get_hub, getcurrent

from swarmfile.http.errors import ReadTimeout
from swarmfile.http.tls import TlsStream

READ, WRITE = 1, 2
RECEIVE_BYTES = 65536

# Not hub.switch, which looks first for a method that no greenlet here has.
_switch: Any = Greenlet.switch


class Transport:
    """The socket, its watchers and its timer.

    A greenlet that waits gets ReadTimeout `patience` seconds after `since` (perf_counter). One timer looks after
    both and stays armed over many requests, so that a request only has to set them. What a request needs is in
    few objects: those of a thousand users are in no cache when their turn comes.
    """

    __slots__ = (
        "_armed_until",
        "_switch_to_hub",
        "_timer",
        "_waiting",
        "_watcher",
        "closed",
        "patience",
        "since",
        "socket",
        "tls",
    )

    def __init__(self, socket: _socket.socket) -> None:
        hub = get_hub()
        self.socket = socket
        self.closed = False
        self.since = inf
        self.patience = 0.0
        self.tls: TlsStream | None = None
        self._armed_until = inf
        self._timer: Any = None
        self._waiting: Any = None
        self._watcher: Any = hub.loop.io(socket.fileno(), READ)
        self._switch_to_hub: Any = _switch.__get__(hub)

    @property
    def deadline(self) -> float:
        """The moment (perf_counter) that ends any wait."""
        return self.since + self.patience

    @property
    def is_waiting(self) -> bool:
        """Whether a greenlet waits for the peer."""
        return self._waiting is not None

    def set_deadline(self, deadline: float) -> None:
        """Ends any wait at `deadline`."""
        self.since, self.patience = deadline, 0.0
        if deadline < self._armed_until:
            self._arm(deadline)

    def wait(self, events: int) -> None:
        """Returns once the socket can be read or written. Raises ReadTimeout."""
        watcher = self._watcher if events == READ else get_hub().loop.io(self.socket.fileno(), events)
        self._waiting = current = getcurrent()
        watcher.start(current.switch)
        try:
            self._switch_to_hub()
        finally:
            self._waiting = None
            watcher.stop()
            if watcher is not self._watcher:
                watcher.close()

    def receive(self) -> bytes:
        """Returns what the peer sent next, decrypted; nothing when it closed the connection.

        Raises ReadTimeout and OSError, of which ssl.SSLError is one.
        """
        while True:
            try:
                data = self.socket.recv(RECEIVE_BYTES)
            except BlockingIOError:
                self.wait(READ)
                continue
            if self.tls is None:
                return data
            if not data:
                return data
            if plain := self._decrypt(self.tls, data):
                return plain
            if self.tls.closed:
                return b""

    def send_all(self, data: bytes) -> bool:
        """Sends `data`, encrypted where TLS is on; false when the peer answered before it had all of it.

        Raises ReadTimeout and OSError.
        """
        if self.tls is not None:
            return self.send_raw(self.tls.encrypt(data), patient=True)
        return self.send_raw(data)

    def send_raw(self, data: bytes, patient: bool = False) -> bool:
        """Sends `data` as it is. `patient`: what can be read meanwhile need not be an answer."""
        view = memoryview(data)
        while view:
            try:
                view = view[self.socket.send(view) :]
            except BlockingIOError:
                self.wait(WRITE if patient else READ | WRITE)
                if not patient and self._has_answer():
                    return False
        return True

    def close(self) -> None:
        """Closes the connection; again is harmless."""
        if self.closed:
            return
        self.closed = True
        # libev must forget the descriptor before the kernel gives its number to another socket.
        self._watcher.stop()
        self._watcher.close()
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
        self.socket.close()

    def interrupt(self) -> None:
        """Ends whoever waits for the connection, as the end of a user does. Only for the hub."""
        if self._waiting is not None and not self.closed:
            self._waiting.throw(GreenletExit())

    def _decrypt(self, tls: TlsStream, data: bytes) -> bytes:
        plain = tls.decrypt(data)
        if answer := tls.to_send():
            self.send_raw(answer, patient=True)
        return plain

    def _has_answer(self) -> bool:
        try:
            self.socket.recv(1, _socket.MSG_PEEK)
        except BlockingIOError:
            return False
        return True

    def _arm(self, deadline: float) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
        self._armed_until = deadline
        loop = get_hub().loop
        # libev counts from its cached time, which may lie a slow task back.
        loop.update_now()
        self._timer = loop.timer(max(deadline - perf_counter(), 0), ref=False)
        self._timer.start(self._on_timer)

    def _on_timer(self) -> None:
        """Runs in the hub. Most often the deadline has moved on since the timer was armed."""
        self._armed_until = inf
        if self._waiting is None or self.deadline == inf:
            return
        if self.deadline - perf_counter() > 0.0005:
            self._arm(self.deadline)
        else:
            self._waiting.throw(ReadTimeout("the server took longer than the timeout allows"))
