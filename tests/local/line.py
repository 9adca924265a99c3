"""The line between a worker and its master, which a test can cut and mend."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from swarmfile.cli.local.ports import free_port


class Line:
    """Passes on what comes to `port` and what is answered; while it is cut, nothing, and nobody can connect."""

    def __init__(self, to_port: int) -> None:
        self.port = free_port()
        self._to_port = to_port
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []

    def mend(self) -> None:
        """Lets connections come, of now and later."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Closes every connection on both of its sides."""
        assert self._listener
        for open_one in [self._listener, *self._open]:
            # Who waits in accept or recv is not woken by close alone.
            with contextlib.suppress(OSError):
                open_one.shutdown(socket.SHUT_RDWR)
            open_one.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._to_port))
                except OSError:
                    # The master does not listen yet: the worker tries again.
                    near.close()
                    continue
                self._open += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for one in (source, sink):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def line(to_port: int) -> Iterator[Line]:
    """Yields a line that works, and cuts it in the end."""
    made = Line(to_port)
    made.mend()
    try:
        yield made
    finally:
        made.cut()
