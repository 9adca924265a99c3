"""Requests as handlers see them, and what they answer: werkzeug's, with the few words that all handlers share."""

import json
from io import BytesIO
from socket import socket
from typing import IO, TYPE_CHECKING, Any, NoReturn

from werkzeug import wrappers
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_BODY_BYTES = 16 * 1024 * 1024
Response = wrappers.Response


class Request(wrappers.Request):
    """One whole request; its body and its forms are kept in memory, for the pod can write to no disk."""

    max_content_length = MAX_BODY_BYTES

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return BytesIO()

    def read_body(self) -> None:
        """Returns once the body is here. Raises RequestEntityTooLarge, or BadRequest where the client broke it off."""
        # Of chunks werkzeug takes as many as the limit allows, and says nothing.
        if len(self.get_data()) >= MAX_BODY_BYTES:
            raise RequestEntityTooLarge

    def number(self, name: str, default: float) -> float:
        """Returns a number from the query. Raises BadRequest when it is none, or negative."""
        text = self.args.get(name, str(default))
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            raise BadRequest(f"{name}={text}: write a number of at least 0")
        return value

    def json_object(self) -> dict[str, Any]:
        """Returns the body's JSON object. Raises BadRequest when it is anything else."""
        try:
            value = json.loads(self.get_data())
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise BadRequest("the body is not a JSON object")
        return value


class EndlessHead(Response):
    """A response whose headers never end; it ends when the client leaves."""

    fields = (b"X-Filler: " + b"x" * 1000 + b"\r\n") * 64

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> NoReturn:  # noqa: ARG002
        """Writes until the socket refuses. Raises OSError, which ends the connection."""
        wire: socket = environ["demo.socket"]
        wire.sendall(b"HTTP/1.1 200 OK\r\nX-Endless: yes\r\n")
        while True:
            wire.sendall(self.fields)


def as_json(value: object, status: int = 200) -> Response:
    """Returns a JSON response."""
    return Response(json.dumps(value) + "\n", status, content_type="application/json")


def failure(status: int, message: str) -> Response:
    """Returns an error as JSON: {"error": {"message": …}}."""
    return as_json({"error": {"message": message}}, status)


def refused(error: HTTPException) -> Response:
    """Returns the response to a request that a handler, or werkzeug, ended early with an exception."""
    if isinstance(error.response, Response):
        return error.response
    return failure(error.code or 500, error.description or "")
