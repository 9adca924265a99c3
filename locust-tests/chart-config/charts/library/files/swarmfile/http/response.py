"""What a script gets back: the interface of requests' Response as far as scripts use it, and of Locust's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from typing import Any

from gevent import GreenletExit
from locust.exception import CatchResponseError, LocustError, ResponseError
from requests.utils import parse_header_links

from swarmfile.http.content import gathered
from swarmfile.http.cookies import Cookies
from swarmfile.http.errors import HTTPError
from swarmfile.http.head import CHUNKED, Head
from swarmfile.http.headers import Headers
from swarmfile.http.redirect import asks_elsewhere, next_method, next_url
from swarmfile.http.refused import RESPONSE, MissingRequestMeta, refuse
from swarmfile.http.request import Plan
from swarmfile.http.text import charset, decode, detected, json_value, lines, resized
from swarmfile.http.url import split
from swarmfile.run.interrupted import OF_PROCESS

_NO_HEADERS = Headers()
_WITH_BLOCK = "use a with-block: with self.client.get(..., catch_response=True) as response: response."


@dataclass(frozen=True, slots=True)
class SentRequest:
    """The request behind a response: what a script or listener may ask of `response.request`."""

    method: str
    url: str
    headers: Headers
    body: bytes

    @property
    def path_url(self) -> str:
        """Path and query."""
        return split(self.url).target


@refuse("SwarmHttpUser's response", RESPONSE)
class SwarmResponse:
    """A response, or the failure to get one: then `status_code` is 0, `content` None and `error` says why.

    With catch_response=True it is also the context manager whose `success` and `failure` decide what Locust counts.
    """

    # Most responses are never asked for most of these: what is not set costs nothing.
    error: Exception | None = None
    connect_ms: float | None = None
    js: Any = None
    # What Locust's event carries; with catch_response=True an instance has its own.
    request_meta: Any = MissingRequestMeta()
    # Bytes of the body, also of one that was not kept; of a stream as announced.
    length: int
    _history: tuple["SwarmResponse", ...] = ()
    _encoding: str | None = None
    _body: bytes = b""
    _first_byte_ms: float | None = None
    _report: Callable[[dict[str, Any]], None] | None = None
    _entered = False
    _verdict: bool | Exception | None = None
    _stream: Iterator[bytes] | None = None
    # Of a stream, what may be kept of it.
    _most_bytes = inf
    _abandon: Callable[[], object] | None = None
    _text: str | None = None

    def __init__(self, plan: Plan, head: Head | None, content: bytes | None, elapsed_s: float) -> None:
        self._plan = plan
        self._head = head
        self._content = content
        self._elapsed_s = elapsed_s
        self.length = len(content) if content else 0

    @property
    def status_code(self) -> int:
        """The status, 0 when there was no response."""
        return self._head.status if self._head else 0

    @property
    def reason(self) -> str:
        """The text behind the status."""
        return self._head.reason if self._head else ""

    @property
    def headers(self) -> Headers:
        """The response's fields; read-only, since equal ones are shared."""
        return self._head.headers if self._head else _NO_HEADERS

    @property
    def content(self) -> bytes | None:
        """The body without content codings; None when there was no response. Reads what a stream has left.

        Raises BodyTooLargeError.
        """
        if self._stream is not None:
            stream, self._stream = self._stream, None
            self._content = gathered(stream, self._most_bytes)
        return self._content

    @property
    def text(self) -> str:
        """The body as text: by `encoding`, else as the response's charset says, else as it looks."""
        if self._text is None:
            self._text = decode(self.content or b"", self.encoding)
        return self._text

    @property
    def encoding(self) -> str | None:
        """The charset that `text` is read by: as the response says, unless a script sets it."""
        return self._encoding or charset(self.headers.get("content-type", ""))

    @encoding.setter
    def encoding(self, encoding: str | None) -> None:
        self._encoding = encoding
        self._text = None

    @property
    def apparent_encoding(self) -> str | None:
        """The charset that the body looks like."""
        return detected(self.content or b"")

    def json(self, **options: Any) -> Any:
        """Returns the body as JSON value. Raises requests' JSONDecodeError, which is json's too."""
        body = self.content if self._encoding is None and self.content else self.text
        return json_value(body, lambda: self.text, options)

    @property
    def url(self) -> str:
        """Where the response came from, after redirects."""
        return self._plan.full_url

    @property
    def request(self) -> SentRequest:
        """What was sent, without cookies."""
        return SentRequest(self._plan.method, self._plan.full_url, Headers(self._plan.frame.fields), self._body)

    @property
    def history(self) -> list["SwarmResponse"]:
        """The redirects that led here, oldest first."""
        return list(self._history)

    @property
    def next(self) -> SentRequest | None:
        """What a redirect that was not followed asks for."""
        head = self._head
        if head is None or self._history or not asks_elsewhere(head):
            return None
        url = str(next_url(self._plan.url, head.location or ""))
        return SentRequest(next_method(self._plan.method, head.status), url, self.request.headers, b"")

    @property
    def links(self) -> dict[str, Any]:
        """The links of the Link field, by `rel` or URL."""
        found = parse_header_links(self.headers.get("link", ""))
        return {str(link.get("rel") or link.get("url")): link for link in found}

    @property
    def elapsed(self) -> timedelta:
        """The time from the request until the response was complete (with stream=True, until its head was)."""
        return timedelta(seconds=self._elapsed_s)

    @property
    def first_byte_ms(self) -> float:
        """Milliseconds from the request until the response's first piece."""
        return self._elapsed_s * 1000 if self._first_byte_ms is None else self._first_byte_ms

    @property
    def cookies(self) -> Cookies:
        """The cookies that this response set."""
        jar = Cookies()
        for text in self._head.set_cookies if self._head else ():
            jar.take(text, self._plan.url.origin, self._plan.url.path)
        return jar

    @property
    def ok(self) -> bool:
        """Whether there was a response, with a status below 400."""
        return self.error is None and self.status_code < 400

    @property
    def is_redirect(self) -> bool:
        """Whether the response asks to go elsewhere."""
        return bool(self._head and self._head.location is not None and 300 < self._head.status < 400)

    @property
    def is_permanent_redirect(self) -> bool:
        """Whether it asks to do so for ever."""
        return self.is_redirect and self.status_code in (301, 308)

    def __bool__(self) -> bool:
        return self.ok

    def raise_for_status(self) -> None:
        """Raises `error`, or requests' HTTPError for a status of 400 and above; what a with-block judged stands."""
        if isinstance(self._verdict, Exception):
            raise self._verdict
        if self._verdict is None and (error := self.failure_reason(self.url)):
            raise error

    def failure_reason(self, name: str) -> Exception | None:
        """Returns what `raise_for_status` raises; Locust groups failures by its text, so it holds `name`, no URL."""
        if self.error is not None:
            return self.error
        if self.status_code < 400:
            return None
        side = "Client" if self.status_code < 500 else "Server"
        return HTTPError(f"{self.status_code} {side} Error: {self.reason} for url: {name}", response=self)

    def iter_content(self, chunk_size: int | None = 1024, decode_unicode: bool = False) -> Iterator[Any]:
        """Yields the body in pieces of `chunk_size` bytes (None: as they come), from the network with stream=True.

        A chunk that the server sent (RFC 9112 7.1) is not held back until it is as long.
        """
        waits = self._head is None or self._head.length != CHUNKED
        for piece in resized(self._pieces(), chunk_size, waits=waits):
            yield decode(piece, self.encoding) if decode_unicode else piece

    def iter_lines(
        self,
        chunk_size: int = 512,  # noqa: ARG002 - for scripts that give it
        decode_unicode: bool = False,
        delimiter: str | bytes | None = None,
    ) -> Iterator[Any]:
        """Yields the body's lines without their ends, or what stands between delimiters, each once it is complete.

        Raises BodyTooLargeError for a line that has no end.
        """
        end = delimiter.encode(self.encoding or "utf-8") if isinstance(delimiter, str) else delimiter
        for line in lines(self._pieces(), end, self._most_bytes):
            yield decode(line, self.encoding) if decode_unicode else line

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_content(128)

    def _pieces(self) -> Iterator[bytes]:
        stream, self._stream = self._stream, None
        return stream if stream is not None else iter([self._content or b""])

    def close(self) -> None:
        """Ends a stream whose rest nobody wants."""
        self._stream = None
        if self._abandon is not None:
            self._abandon()

    def __enter__(self) -> "SwarmResponse":
        if self._report is None:
            raise LocustError("In order to use a with-block for requests, you must also pass catch_response=True")
        self._entered = True
        return self

    def __exit__(self, exc: Any, value: Any, traceback: Any) -> bool:
        if self._verdict is None and exc and not isinstance(value, ResponseError):
            if issubclass(exc, GreenletExit):
                OF_PROCESS.counts.cut_off += 1
            return False
        handled = exc is None or self._verdict is None
        if self._verdict is not None:
            self.request_meta["exception"] = None if self._verdict is True else self._verdict
        elif exc:
            self.request_meta["exception"] = value
        assert self._report is not None
        self._report(self.request_meta)
        return handled

    def success(self) -> None:
        """Makes Locust count the request as successful, whatever its status."""
        self._require_block("success()")
        self._verdict = True

    def failure(self, reason: Any) -> None:
        """Makes Locust count the request as failed, for `reason`: an exception or a text."""
        self._require_block("failure(...)")
        self._verdict = reason if isinstance(reason, Exception) else CatchResponseError(reason)

    def _require_block(self, call: str) -> None:
        if not self._entered:
            raise LocustError(f"To change the state of a request, {_WITH_BLOCK}{call}")

    def __repr__(self) -> str:
        return f"<SwarmResponse [{self.status_code}]>"
