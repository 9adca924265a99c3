"""Reads HTTP/1.1 responses (RFC 9112): bytes in, head and body out, split anywhere.

Knows nothing of sockets. What a server may legally send is read right; anything else raises MalformedResponseError.
"""

from math import inf
from typing import Final

from swarmfile.http.chunks import MAX_HEAD_BYTES, ChunkReader
from swarmfile.http.errors import BodyTooLargeError, ConnectionClosedError, MalformedResponseError
from swarmfile.http.head import CHUNKED, INTERIM, UNTIL_CLOSE, Head, read_head, refuse_early

MAX_INTERIM: Final = 100


class ResponseParser:
    """Takes one response in pieces. `complete` once it has all; `leftover` is what came behind it.

    `method` is that of the request: a response to HEAD has no body. With `keep_body` false only
    `body_bytes` counts; a longer body than `most_bytes` is refused otherwise. An embedded reader may take the body's
    `parts` out as they arrive.
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
        "most_bytes",
        "parts",
    )

    def __init__(self, method: str = "GET", keep_body: bool = True, most_bytes: float = inf) -> None:
        self.method = method
        self.keep_body = keep_body
        self.most_bytes = most_bytes if keep_body else inf
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
        """Takes what the server sent next. Raises MalformedResponseError and BodyTooLargeError."""
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
        elif head.length > self.most_bytes:
            raise BodyTooLargeError(self.most_bytes)
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
        if self.body_bytes > self.most_bytes:
            raise BodyTooLargeError(self.most_bytes)
        if self.keep_body:
            self.parts.append(part)


def _refuse_endless_head(data: bytes, searched: int) -> None:
    if len(data) > MAX_HEAD_BYTES:
        raise MalformedResponseError("the response's head is longer than 1 MiB")
    refuse_early(data, searched)
