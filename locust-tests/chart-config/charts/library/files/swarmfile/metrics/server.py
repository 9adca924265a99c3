"""The sidecar's small web server: each path is answered by one function."""

from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# Status, content type, body.
Answer = tuple[int, str, bytes]
# Each is given the request's Accept header.
Route = Callable[[str], Answer]
Routes = Mapping[str, Route]


def serve(port: int, routes: Routes, address: str = "") -> ThreadingHTTPServer:
    """Answers GET requests in the background until the process ends; port 0 takes a free one. Raises OSError."""
    server = ThreadingHTTPServer((address, port), handler_of(routes))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def handler_of(routes: Routes) -> type[BaseHTTPRequestHandler]:
    """Returns the handler for the routes."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answers one request."""
            route = routes.get(self.path.partition("?")[0])
            status, content_type, body = (
                route(self.headers.get("Accept", "")) if route else (404, "text/plain", b"not found\n")
            )
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing: a probe every few seconds is no news."""

    return Handler
