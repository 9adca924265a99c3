"""Reads HTTP/1.1 responses (RFC 9112): bytes in, head and body out, split anywhere.

Knows nothing of sockets. What a server may legally send is read right; anything else raises MalformedResponseError.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lib.http_chunks import MAX_HEAD_BYTES, ChunkReader, read_field
from lib.http_errors import ConnectionClosedError, MalformedResponseError
from lib.http_headers import Fields, Headers

CHUNKED: Final = -1
UNTIL_CLOSE: Final = -2
INTERIM: Final = -3
MAX_INTERIM: Final = 100
# Servers put the time into each block, so blocks differ from second to second: forget old ones.
MAX_CACHED_HEADS: Final = 256
MAX_CACHED_HEAD_BYTES: Final = 4096

# Most header lines come again and again, whatever stands beside them.
MAX_KNOWN_LINES: Final = 512

_TELLING = frozenset(
    {"content-length", "transfer-encoding", "connection", "set-cookie", "location", "content-encoding"}
)
_STATUS_LINE = re.compile(r"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?")
_FOLD = re.compile(r"[ \t]*\r\n[ \t]+")
_DIGITS = re.compile(r"[0-9]{1,18}")


# Not frozen, which would cost as much as parsing does. Nobody changes one.
@dataclass(slots=True)
class Head:
    """A parsed status line and header block, shared by all responses that have the same one.

    `length` is the body's in bytes, or CHUNKED, UNTIL_CLOSE, or INTERIM for a 1xx response.
    """

    status: int
    reason: str
    headers: Headers
    length: int
    keep_alive: bool
    set_cookies: tuple[str, ...] = ()
    location: str | None = None
    encoding: str = ""
    # Nothing to do but hand over the body: no redirect, no cookie, no content coding, no error status.
    plain: bool = field(default=False)


_known_lines: dict[str, tuple[str, str, str]] = {}
# Public, because the fastest path looks blocks up itself.
known_heads: dict[bytes, Head] = {}


def read_head(block: bytes) -> Head:
    """Returns the head that `block`, which ends with an empty line, holds.

    Raises MalformedResponseError.
    """
    head = known_heads.get(block)
    if head is None:
        head = parse_head(block)
        if len(block) <= MAX_CACHED_HEAD_BYTES:
            if len(known_heads) >= MAX_CACHED_HEADS:
                known_heads.clear()
            known_heads[block] = head
    return head


def parse_head(block: bytes) -> Head:
    """Does what `read_head` does, without its cache."""
    _refuse_early(block, 0)
    status_line, *lines = _lines(block)
    minor, status, reason = _status(status_line)
    fields = []
    telling: dict[str, list[str]] = {}
    for line in lines:
        name, value, key = _known_lines.get(line) or _read_line(line)
        fields.append((name, value))
        if key:
            telling.setdefault(key, []).append(value)
    return _head(minor, status, reason, tuple(fields), telling)


@lru_cache(maxsize=MAX_KNOWN_LINES)
def _status(line: str) -> tuple[int, int, str]:
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        raise MalformedResponseError("the response does not start with an HTTP/1.1 status line")
    return int(match[1]), int(match[2]), match[3] or ""


def _read_line(line: str) -> tuple[str, str, str]:
    """Returns name and value of a header line and, of one that tells how to read the response, its lower-case name."""
    name, value = read_field(line)
    known = (name, value, name.lower() if name.lower() in _TELLING else "")
    if len(_known_lines) >= MAX_KNOWN_LINES:
        _known_lines.clear()
    _known_lines[line] = known
    return known


def _lines(block: bytes) -> list[str]:
    text = block[:-4].decode("latin-1")
    if "\r\n " in text or "\r\n\t" in text:
        # RFC 9112 5.2: a folded line reads as one. The first field cannot be folded onto the status line.
        start, end, rest = text.partition("\r\n")
        text = start + end + (rest if rest[:1] in " \t" else _FOLD.sub(" ", rest))
    return text.split("\r\n")


def _head(minor: int, status: int, reason: str, fields: Fields, by_name: dict[str, list[str]]) -> Head:
    if status == 101:
        raise MalformedResponseError("the server switched to another protocol, which nobody asked for")
    length, framed_safely = _length(minor, status, by_name)
    keep_alive = framed_safely and length != UNTIL_CLOSE and _keeps_alive(minor, _tokens(by_name, "connection"))
    cookies = tuple(by_name.get("set-cookie", ()))
    location = by_name.get("location", [None])[0]
    encoding = ", ".join(by_name.get("content-encoding", ())).strip().lower()
    redirects = location is not None and status in (301, 302, 303, 307, 308)
    plain = not (cookies or encoding or redirects or status >= 400)
    return Head(status, reason, Headers(fields), length, keep_alive, cookies, location, encoding, plain)


def _tokens(by_name: dict[str, list[str]], name: str) -> list[str]:
    joined = ",".join(by_name.get(name, ()))
    return [token.strip().lower() for token in joined.split(",") if token.strip()]


def _keeps_alive(minor: int, connection: list[str]) -> bool:
    return "close" not in connection and (minor >= 1 or "keep-alive" in connection)


def _length(minor: int, status: int, by_name: dict[str, list[str]]) -> tuple[int, bool]:
    """Returns the body's length by RFC 9112 6.3, and whether the end is beyond doubt."""
    if status < 200:
        return INTERIM, True
    if status in (204, 304):
        return 0, True
    if "transfer-encoding" in by_name:
        length = _transfer_length(_tokens(by_name, "transfer-encoding"))
        # A Content-Length beside it, or HTTP/1.0, smells of smuggling: read this body, then trust nothing more.
        return length, minor >= 1 and "content-length" not in by_name
    if "content-length" in by_name:
        return _content_length(by_name["content-length"]), True
    return UNTIL_CLOSE, True


def _transfer_length(codings: list[str]) -> int:
    if codings == ["chunked"]:
        return CHUNKED
    # None but chunked was offered to the server (no TE field is sent).
    raise MalformedResponseError(f"the response's Transfer-Encoding {', '.join(codings)!r} is not one that was offered")


def _content_length(values: list[str]) -> int:
    lengths = {length.strip(" \t") for value in values for length in value.split(",")}
    text = lengths.pop()
    if lengths or not _DIGITS.fullmatch(text):
        raise MalformedResponseError("the response's Content-Length is not one number")
    return int(text)


class ResponseParser:
    """Takes one response in pieces. `complete` once it has all; `leftover` is what came behind it.

    `method` is that of the request: a response to HEAD has no body. With `keep_body` false only
    `body_bytes` counts. An embedded reader may take the body's `parts` out as they arrive.
    """

    __slots__ = (
        "_chunks",
        "_interim",
        "_pending",
        "_remaining",
        "body_bytes",
        "complete",
        "head",
        "keep_body",
        "method",
        "parts",
    )

    def __init__(self, method: str = "GET", keep_body: bool = True) -> None:
        self.method = method
        self.keep_body = keep_body
        self.head: Head | None = None
        self.parts: list[bytes] = []
        self.body_bytes = 0
        self.complete = False
        self._pending = b""
        self._remaining = 0
        self._interim = 0
        self._chunks: ChunkReader | None = None

    @property
    def leftover(self) -> bytes:
        """What arrived behind the response's end: the connection cannot be trusted with another request."""
        return self._pending if self.complete else b""

    @property
    def body(self) -> bytes:
        """The body so far, as transferred."""
        return b"".join(self.parts)

    def feed(self, data: bytes) -> None:
        """Takes what the server sent next. Raises MalformedResponseError."""
        if self.complete:
            self._pending += data
        elif self.head is None:
            self._feed_head(data)
        else:
            self._feed_body(data)

    def end(self) -> None:
        """Takes the server's end of the connection. Raises ConnectionClosedError when the response is not complete."""
        if self.complete:
            return
        if self.head is None:
            raise ConnectionClosedError(
                "the server closed the connection within the response's head"
                if self._pending
                else "the server closed the connection without a response"
            )
        if self.head.length != UNTIL_CLOSE:
            raise ConnectionClosedError("the server closed the connection before the whole body arrived")
        self.complete = True

    def _feed_head(self, data: bytes) -> None:
        searched = max(len(self._pending) - 3, 0)
        data = self._pending + data
        while self.head is None:
            end = data.find(b"\r\n\r\n", searched) + 4
            if end == 3:
                _refuse_endless_head(data, searched)
                self._pending = data
                return
            self._take_head(read_head(data[:end]))
            data, searched = data[end:], 0
        self._pending = b""
        self.feed(data)

    def _take_head(self, head: Head) -> None:
        if head.length != INTERIM:
            self.head = head
            self._start_body(head)
            return
        self._interim += 1
        if self._interim > MAX_INTERIM:
            raise MalformedResponseError("the server sent more than 100 interim responses")

    def _start_body(self, head: Head) -> None:
        if self.method == "HEAD" or head.length == 0:
            self.complete = True
        elif head.length == CHUNKED:
            self._chunks = ChunkReader()
        else:
            self._remaining = head.length

    def _feed_body(self, data: bytes) -> None:
        if not data:
            return
        if self._chunks is not None:
            self._feed_chunks(self._chunks, data)
        elif self._remaining == UNTIL_CLOSE:
            self._take(data)
        else:
            self._feed_counted(data)

    def _feed_counted(self, data: bytes) -> None:
        surplus = len(data) - self._remaining
        if surplus > 0:
            data, self._pending = data[:-surplus], data[-surplus:]
        self._take(data)
        self._remaining -= len(data)
        self.complete = self._remaining == 0

    def _feed_chunks(self, chunks: ChunkReader, data: bytes) -> None:
        for part in chunks.feed(data):
            self._take(part)
        if chunks.complete:
            self.complete = True
            self._pending = chunks.leftover

    def _take(self, part: bytes) -> None:
        self.body_bytes += len(part)
        if self.keep_body:
            self.parts.append(part)


def _refuse_endless_head(data: bytes, searched: int) -> None:
    if len(data) > MAX_HEAD_BYTES:
        raise MalformedResponseError("the response's head is longer than 1 MiB")
    _refuse_early(data, searched)


def _refuse_early(data: bytes, searched: int) -> None:
    """Refuses what no further byte can mend, so that nobody waits for it; a complete head gets the same reasons."""
    if not data.startswith(b"HTTP/"[: len(data)]):
        raise MalformedResponseError("the response does not start with an HTTP/1.1 status line")
    if data.find(b"\n\n", searched) >= 0:
        raise MalformedResponseError("the response's header lines do not end in CR LF")
