"""A small server of the protocols that the examples speak: prints its HTTP port and its gRPC port.

python -m tests.local.protocol_server
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import count
from threading import Thread
from time import sleep
from typing import Any

import grpc
from simple_websocket import ConnectionClosed, Server
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

HEALTH = "/grpc.health.v1.Health/Check"
SERVING = b"\x08\x01"
WORDS = ["A", "load", "test", "asks", "as", "many", "would."]
PAUSE_S = 0.02
TOKEN = "key-of-the-test"


class Handler(WSGIRequestHandler):
    """Keeps connections and sends streams in chunks, without a line on each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Says nothing."""


@Request.application
def application(request: Request) -> Response:
    """Answers each of the examples."""
    if request.path == "/room":
        talk(request)
        return Response(status=HTTPStatus.NO_CONTENT)
    if request.path == "/events":
        return Response(events(), mimetype="text/event-stream")
    if request.path == "/v1/chat/completions":
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response(status=HTTPStatus.UNAUTHORIZED)
        return Response(completion(request.get_json()["model"]), mimetype="text/event-stream")
    return Response(status=HTTPStatus.NOT_FOUND)


def talk(request: Request) -> None:
    """Sends each message of a room back."""
    room = Server(request.environ)
    try:
        while True:
            room.send(room.receive())
    except ConnectionClosed:
        pass


def events() -> Iterator[bytes]:
    """Yields events without end; one may come in two pieces."""
    for number in count():
        yield b"data: "
        yield b'{"number": %d}\n\n' % number
        sleep(PAUSE_S)


def completion(model: str) -> Iterator[bytes]:
    """Yields an answer as OpenAI's API streams it: a first piece without text, words, a usage report, the end."""
    deltas: list[dict[str, str]] = [{"role": "assistant"}, *({"content": f"{word} "} for word in WORDS)]
    for delta in deltas:
        yield b"data: %b\n\n" % json.dumps({"model": model, "choices": [{"index": 0, "delta": delta}]}).encode()
        sleep(PAUSE_S)
    yield b'data: {"choices": [], "usage": {"completion_tokens": 7}}\n\n'
    yield b"data: [DONE]\n\n"


def check(_: bytes, context: Any) -> bytes:  # noqa: ANN401 - of grpcio, which is not annotated
    """Answers a health check that says which trace it belongs to."""
    if "traceparent" not in dict(context.invocation_metadata()):
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no traceparent")
    return SERVING


def serve_grpc() -> int:
    """Starts the gRPC server; returns its port."""
    server = grpc.server(ThreadPoolExecutor(4))
    method = grpc.unary_unary_rpc_method_handler(check)
    service, name = HEALTH.strip("/").split("/")
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {name: method}),))
    port: int = server.add_insecure_port("127.0.0.1:0")
    server.start()
    Thread(target=server.wait_for_termination, daemon=True).start()
    return port


if __name__ == "__main__":
    http = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Handler)
    print(http.server_port, serve_grpc(), flush=True)  # noqa: T201 - the test reads it
    http.serve_forever()
