"""gevent's WSGI server behind a listening socket that a fault can close and open again."""

import socket
import ssl
import sys
from dataclasses import dataclass, replace
from typing import IO, Any

import gevent
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from demo.faults import Dropped, Mode
from demo.target import Target

BACKLOG = 1024
REOPEN_EVERY_S = 0.05
DROP_AFTER_S = 0.01


@dataclass(frozen=True)
class Address:
    """Where to listen; port 0 takes a free one."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


class Listener:
    """Serves a target at an address; knows every connection, so that they can be dropped."""

    def __init__(self, target: Target, address: Address) -> None:
        self._target, self.address = target, address
        self._connections = Pool()
        self._server: Server | None = None
        self._is_reopening = False
        target.faults.on_change = self._on_fault_changed
        # What a client's end, or ours, does to a connection is no defect.
        gevent.get_hub().NOT_ERROR += (OSError,)

    def open(self) -> None:
        """Begins to listen. Raises OSError when the port is taken."""
        host, port, tls = self.address.host, self.address.port, self.address.tls
        options = {} if tls is None else {"ssl_context": tls}
        server = Server((host, port), self._target, backlog=BACKLOG, spawn=self._connections, **options)
        server.start()
        self._server = server
        self.address = replace(self.address, port=server.server_port)

    def _on_fault_changed(self, mode: Mode) -> None:
        if mode is Mode.REFUSE and self._server:
            self._server.close()
            self._server = None
            # The response to the order itself leaves first.
            gevent.spawn_later(DROP_AFTER_S, self._connections.kill, Dropped, block=False)
        elif self._server is None and not self._is_reopening:
            self._is_reopening = True
            gevent.spawn(self._reopen)

    def _reopen(self) -> None:
        while self._server is None:
            try:
                self.open()
            except OSError as error:
                sys.stderr.write(f"demo: cannot listen at {self.address} again yet: {error}\n")
                gevent.sleep(REOPEN_EVERY_S)
        self._is_reopening = False


class HeadReader:
    """The lines of a head; the last one tells whether it came whole."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.last = stream, b""

    def readline(self, limit: int) -> bytes:
        """Returns the next line, nothing where the client has sent its last."""
        self.last = self._stream.readline(limit)
        return self.last


class QuietHandler(WSGIHandler):
    """Serves one connection."""

    path: str

    def MessageClass(self, stream: IO[bytes], *rest: object) -> Any:  # noqa: ANN401, N802 - as gevent has it
        """Returns a request's headers; of one that was cut off gevent would make a request, which would be counted."""
        lines = HeadReader(stream)
        headers = super().MessageClass(lines, *rest)
        headers.status = headers.status if lines.last else "cut off"
        return headers

    def get_environ(self) -> dict[str, Any]:
        """Returns the request for the application; a proxy's client sends a whole address, of which the path counts."""
        if self.path.startswith("http"):
            self.path = "/" + "".join(self.path.split("/", 3)[3:])
        environ: dict[str, Any] = super().get_environ()
        # For an answer that is no HTTP any more.
        environ["demo.socket"] = self.socket
        return environ

    def log_request(self) -> None:
        """Writes nothing: the making of a line costs a tenth of the time."""

    def handle_one_response(self) -> None:
        """Answers a request, then lets others go first: a client that asks again at once would keep them waiting."""
        super().handle_one_response()
        gevent.sleep(0)


class Server(WSGIServer):
    """gevent's server, made for measuring."""

    handler_class = QuietHandler

    def __init__(self, address: tuple[str, int], target: Target, **options: object) -> None:
        # A name of the server's own spares gevent from asking DNS for one.
        super().__init__(address, target, log=None, error_log=None, environ={"SERVER_NAME": "demo"}, **options)

    def handle(self, sock: socket.socket, address: tuple[str, int]) -> None:
        """Serves a connection; head and body leave in two writes, the second of which must not wait for the client."""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle(sock, address)
