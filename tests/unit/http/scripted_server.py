"""A server that answers byte by byte what a test tells it to, and keeps what it was sent."""

import socket as sockets
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import gevent
from gevent.server import StreamServer

CLOSE, RESET, HANG = "close", "reset", "hang"
Answer = list[bytes | str]


@dataclass(frozen=True)
class Request:
    """One request as it arrived; `connection` counts the connections of the server."""

    head: bytes
    body: bytes
    connection: int

    @property
    def method(self) -> str:
        return self.head.split()[0].decode()

    @property
    def target(self) -> str:
        return self.head.split()[1].decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}


@dataclass
class Scripted:
    """A running server. `answer` makes the answer to a request: pieces sent apart, then maybe how to end."""

    port: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"
    answer: Callable[[Request], Answer] = lambda _: [response(b"ok")]
    seen: list[Request] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    def answers(self, *answers: Answer | bytes) -> None:
        """Gives these answers one after the other, the last one for ever."""
        rest = list(answers)
        self.seen.clear()
        self.connections = 0

        def next_answer(_: Request) -> Answer:
            answer = rest.pop(0) if len(rest) > 1 else rest[0]
            return [answer] if isinstance(answer, bytes) else answer

        self.answer = next_answer


def response(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A plain response; underscores in names of headers stand for hyphens."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines, "", ""]
    return "\r\n".join(head).encode("latin-1") + body


@contextmanager
def running(context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Scripted]:
    scripted = Scripted(host=host, scheme="https" if context else "http")
    options: dict[str, Any] = {"ssl_context": context} if context else {}
    server = StreamServer((host, 0), lambda socket, _: serve(scripted, socket), **options)
    server.start()
    scripted.port = server.server_port
    try:
        yield scripted
    finally:
        server.stop(timeout=0)


def serve(scripted: Scripted, socket: gevent.socket.socket) -> None:
    scripted.connections += 1
    number = scripted.connections
    socket.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
    reader = socket.makefile("rb")
    try:
        while request := read_request(reader, number):
            scripted.seen.append(request)
            for piece in scripted.answer(request):
                if isinstance(piece, str):
                    end(socket, piece)
                    return
                socket.sendall(piece)
                # Lets the client read this piece before the next one comes.
                gevent.sleep(0.001)
    except OSError:
        pass
    finally:
        reader.close()
        socket.close()


def read_request(reader: IO[bytes], number: int) -> Request | None:
    lines = []
    while (line := reader.readline()) not in (b"\r\n", b""):
        lines.append(line)
    head = b"".join(lines)
    request = Request(head, b"", number)
    return Request(head, reader.read(int(request.headers.get("content-length", 0))), number) if head else None


def end(socket: gevent.socket.socket, how: str) -> None:
    if how == RESET:
        socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
    elif how == HANG:
        gevent.sleep(30)
