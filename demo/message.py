"""What travels over a connection: requests as handlers see them, responses as they write them."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

HTML = "text/html; charset=utf-8"
JSON = "application/json"
PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Head:
    """A request's first line and headers; header names are in lower case."""

    method: str
    target: str
    version: str
    headers: Mapping[str, str]

    @cached_property
    def path(self) -> str:
        """The target without its query, unquoted."""
        return unquote(self.target.partition("?")[0])

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The query's parameters; of a repeated one the last value."""
        values = parse_qs(self.target.partition("?")[2], keep_blank_values=True)
        return {name: each[-1] for name, each in values.items()}

    @cached_property
    def keeps_alive(self) -> bool:
        """Whether the client wants to use the connection again."""
        wish = self.headers.get("connection", "").lower()
        return "keep-alive" in wish if self.version == "HTTP/1.0" else "close" not in wish


@dataclass(frozen=True)
class Request:
    """One whole request."""

    head: Head
    body: bytes = b""
    params: Mapping[str, str] = field(default_factory=dict)

    def number(self, name: str, default: float) -> float:
        """Returns a number from the query. Raises Refusal (400) when it is none, or negative."""
        text = self.head.query.get(name, str(default))
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            raise Refusal(failure(400, f"{name}={text}: write a number of at least 0"))
        return value

    def json_object(self) -> dict[str, Any]:
        """Returns the body's JSON object. Raises Refusal (400) when it is anything else."""
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise Refusal(failure(400, "the body is not a JSON object"))
        return value


@dataclass(frozen=True)
class Response:
    """One whole response; the connection adds its length. With `again` it never ends: `flood`, then that for ever."""

    status: int
    body: bytes = b""
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    flood: bytes = b""
    again: bytes = b""

    def encoded(self, *, with_body: bool, keep_alive: bool) -> bytes:
        """Returns the bytes for the wire; HEAD is answered without the body, but with its length."""
        if self.again:
            return b"HTTP/1.1 200 OK\r\n" + self.flood
        extra = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        connection = "" if keep_alive else "Connection: close\r\n"
        head = (
            f"HTTP/1.1 {self.status} {PHRASES.get(self.status, '')}\r\nContent-Type: {self.content_type}\r\n"
            f"Content-Length: {len(self.body)}\r\n{extra}{connection}\r\n"
        )
        return head.encode("latin-1") + (self.body if with_body else b"")


class Refusal(Exception):  # noqa: N818 - an answer, not a defect
    """Ends a request early with its response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


Answer = Response | Awaitable[Response]
Handler = Callable[[Request], Answer]


def as_json(value: object, status: int = 200) -> Response:
    """Returns a JSON response."""
    return Response(status, json.dumps(value).encode() + b"\n", JSON)


def failure(status: int, message: str) -> Response:
    """Returns an error as JSON: {"error": {"message": …}}."""
    return as_json({"error": {"message": message}}, status)
