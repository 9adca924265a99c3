"""Reads status lines and header blocks of HTTP/1.1 responses (RFC 9112 4 and 5): bytes in, head out.

What a server may legally send is read right; anything else raises MalformedResponseError.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from swarmfile.http.chunks import read_field
from swarmfile.http.errors import MalformedResponseError
from swarmfile.http.headers import Headers

CHUNKED: Final = -1
UNTIL_CLOSE: Final = -2
INTERIM: Final = -3
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
_NO_HEADERS = Headers()


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
    plain: bool = False


# Whether a line tells how to read the response.
_known_lines: dict[str, bool] = {}
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
    """Does what `read_head` does, without its cache: each line is checked, those that tell nothing are kept as text."""
    refuse_early(block, 0)
    lines = _lines(block)
    _status(lines[0])
    telling = [lines.pop(0)]
    for line in lines:
        tells = _known_lines.get(line)
        if _read_line(line) if tells is None else tells:
            telling.append(line)
    facts = _facts(tuple(telling))
    return Head(
        facts.status,
        facts.reason,
        Headers.of_lines(lines),
        facts.length,
        facts.keep_alive,
        facts.set_cookies,
        facts.location,
        facts.encoding,
        facts.plain,
    )


def refuse_early(data: bytes, searched: int) -> None:
    """Refuses what no further byte can fix, so that nobody waits for it; a complete head gets the same reasons.

    Raises MalformedResponseError. Bytes before `searched` were looked at before.
    """
    if not data.startswith(b"HTTP/"[: len(data)]):
        raise MalformedResponseError("the response does not start with an HTTP/1.1 status line")
    if data.find(b"\n\n", searched) >= 0:
        raise MalformedResponseError("the response's header lines do not end in CR LF")


def _lines(block: bytes) -> list[str]:
    text = block[:-4].decode("latin-1")
    if "\r\n " in text or "\r\n\t" in text:
        # RFC 9112 5.2: a folded line reads as one. The first field cannot be folded onto the status line.
        start, end, rest = text.partition("\r\n")
        text = start + end + (rest if rest[:1] in " \t" else _FOLD.sub(" ", rest))
    return text.split("\r\n")


@lru_cache(maxsize=MAX_KNOWN_LINES)
def _status(line: str) -> tuple[int, int, str]:
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        raise MalformedResponseError("the response does not start with an HTTP/1.1 status line")
    return int(match[1]), int(match[2]), match[3] or ""


def _read_line(line: str) -> bool:
    """Checks a header line; returns whether it tells how to read the response."""
    name, _ = read_field(line)
    if len(_known_lines) >= MAX_KNOWN_LINES:
        _known_lines.clear()
    tells = _known_lines[line] = name.lower() in _TELLING
    return tells


@lru_cache(maxsize=MAX_KNOWN_LINES)
def _facts(lines: tuple[str, ...]) -> Head:
    """Returns what the status line and the lines that tell how to read the response say."""
    minor, status, reason = _status(lines[0])
    if status == 101:
        raise MalformedResponseError("the server switched to another protocol, which nobody asked for")
    by_name: dict[str, list[str]] = {}
    for name, value in map(read_field, lines[1:]):
        by_name.setdefault(name.lower(), []).append(value)
    length, framed_safely = _length(minor, status, by_name)
    keep_alive = framed_safely and length != UNTIL_CLOSE and _keeps_alive(minor, _tokens(by_name, "connection"))
    cookies = tuple(by_name.get("set-cookie", ()))
    location = by_name.get("location", [None])[0]
    encoding = ", ".join(by_name.get("content-encoding", ())).strip().lower()
    redirects = location is not None and status in (301, 302, 303, 307, 308)
    plain = not (cookies or encoding or redirects or status >= 400)
    return Head(status, reason, _NO_HEADERS, length, keep_alive, cookies, location, encoding, plain)


def _tokens(by_name: Mapping[str, list[str]], name: str) -> list[str]:
    joined = ",".join(by_name.get(name, ()))
    return [token.strip().lower() for token in joined.split(",") if token.strip()]


def _keeps_alive(minor: int, connection: list[str]) -> bool:
    return "close" not in connection and (minor >= 1 or "keep-alive" in connection)


def _length(minor: int, status: int, by_name: Mapping[str, list[str]]) -> tuple[int, bool]:
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
