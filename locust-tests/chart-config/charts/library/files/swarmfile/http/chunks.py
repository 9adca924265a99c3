"""Reads header lines and chunked bodies (RFC 9112 5 and 7.1), split anywhere."""

import re
from typing import Final

from swarmfile.http.errors import MalformedResponseError

MAX_HEAD_BYTES: Final = 1 << 20
MAX_CHUNK_LINE_BYTES: Final = 16 << 10

_FIELD_LINE = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n\0]*)")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n\0]*)?")


def read_field(line: str) -> tuple[str, str]:
    """Returns name and value of a header or trailer line. Raises MalformedResponseError."""
    match = _FIELD_LINE.fullmatch(line)
    if match is None:
        raise MalformedResponseError("the response has a malformed header line")
    return match[1], match[2].rstrip(" \t")


class ChunkReader:
    """Takes a chunked body in pieces (RFC 9112 7.1); extensions and trailers are checked and left out."""

    __slots__ = ("_line", "_remaining", "_trailer_bytes", "complete", "leftover")

    _SIZE: Final = -1
    _TRAILERS: Final = -2

    def __init__(self) -> None:
        self.complete = False
        self.leftover = b""
        self._line = b""
        # Bytes left of the chunk and its CR LF, or which line comes next.
        self._remaining = self._SIZE
        self._trailer_bytes = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Returns the pieces of the body that `data` holds. Raises MalformedResponseError."""
        parts: list[bytes] = []
        position = 0
        while position < len(data) and not self.complete:
            if self._remaining > 0:
                position = self._take_chunk(data, position, parts)
            else:
                position = self._take_line(data, position)
        self.leftover = data[position:]
        return parts

    def _take_chunk(self, data: bytes, position: int, parts: list[bytes]) -> int:
        end = position + self._remaining - 2
        if end > position:
            parts.append(data[position:end])
        taken = min(self._remaining, len(data) - position)
        ending = b"\r\n"[2 - min(self._remaining, 2) :]
        found = data[max(end, position) : position + taken]
        if found != ending[: len(found)]:
            raise MalformedResponseError("a chunk of the response's body does not end where its size says")
        self._remaining = self._remaining - taken or self._SIZE
        return position + taken

    def _take_line(self, data: bytes, position: int) -> int:
        end = data.find(b"\n", position)
        self._line += data[position : end + 1] if end >= 0 else data[position:]
        if len(self._line) > MAX_CHUNK_LINE_BYTES:
            raise MalformedResponseError("a line of the response's chunked body is longer than 16 KiB")
        if end < 0:
            return len(data)
        line, self._line = self._line, b""
        if not line.endswith(b"\r\n"):
            raise MalformedResponseError("a line of the response's chunked body does not end in CR LF")
        if self._remaining == self._SIZE:
            self._start_chunk(line[:-2])
        else:
            self._take_trailer(line[:-2])
        return end + 1

    def _start_chunk(self, line: bytes) -> None:
        match = _CHUNK_LINE.fullmatch(line)
        if match is None:
            raise MalformedResponseError("a chunk of the response's body has a malformed size")
        size = int(match[1], 16)
        self._remaining = size + 2 if size else self._TRAILERS

    def _take_trailer(self, line: bytes) -> None:
        self._trailer_bytes += len(line)
        if self._trailer_bytes > MAX_HEAD_BYTES:
            raise MalformedResponseError("the response's trailers are longer than 1 MiB")
        if not line:
            self.complete = True
        elif line[:1] not in b" \t":
            read_field(line.decode("latin-1"))
