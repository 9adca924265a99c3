"""A server that answers with the headers it was sent, and redirects where it is told to."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Mirror:
    """A running server; `seen` holds the headers of each request, lower-cased, in order."""

    url: str
    seen: list[dict[str, str]] = field(default_factory=list)


def handler_of(seen: list[dict[str, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
            destination = parse_qs(urlsplit(self.path).query).get("to")
            body = json.dumps(seen[-1]).encode()
            self.send_response(302 if destination else 200)
            if destination:
                self.send_header("Location", destination[0])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@contextmanager
def running_mirror(context: ssl.SSLContext | None = None) -> Iterator[Mirror]:
    seen: list[dict[str, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(seen))
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Mirror(f"{'https' if context else 'http'}://localhost:{server.server_port}", seen)
    finally:
        server.shutdown()
        server.server_close()
