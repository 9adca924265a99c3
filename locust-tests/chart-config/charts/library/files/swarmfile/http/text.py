"""Bodies as text and in pieces: what a charset makes of them, lines, and pieces of a size."""

import json
from collections.abc import Callable, Iterable, Iterator
from email.message import Message
from functools import lru_cache
from typing import Any

from charset_normalizer import detect
from requests.exceptions import JSONDecodeError

from swarmfile.http.errors import BodyTooLargeError


@lru_cache(maxsize=256)
def charset(content_type: str) -> str | None:
    """Returns the charset that a Content-Type names; text without one is Latin-1 as in requests."""
    if not content_type:
        return None
    message = Message()
    message["content-type"] = content_type
    named = message.get_content_charset()
    if named:
        return named
    if message.get_content_type() == "application/json":
        return "utf-8"
    return "ISO-8859-1" if message.get_content_maintype() == "text" else None


def detected(body: bytes) -> str | None:
    """Returns the charset that a body looks like."""
    encoding = detect(body)["encoding"]
    return str(encoding) if encoding else None


def decode(body: bytes, encoding: str | None) -> str:
    """Returns `body` as text, by what it looks like where there is no `encoding`."""
    if encoding is None:
        try:
            return body.decode()
        except UnicodeDecodeError:
            encoding = detected(body) or "utf-8"
    try:
        return body.decode(encoding, "replace")
    except LookupError:  # a charset that nobody knows
        return body.decode("utf-8", "replace")


def json_value(body: str | bytes, text: Callable[[], str], options: dict[str, Any]) -> Any:
    """Returns a body as JSON value, read as `text()` where its bytes are no UTF. Raises requests' JSONDecodeError."""
    try:
        try:
            return json.loads(body, **options)
        except UnicodeDecodeError:
            return json.loads(text(), **options)
    except json.JSONDecodeError as error:
        raise JSONDecodeError(error.msg, error.doc, error.pos) from None


def lines(pieces: Iterable[bytes], delimiter: bytes | None, most_bytes: float) -> Iterator[bytes]:
    """Yields lines without their ends, or what stands between delimiters, as soon as they are complete.

    Raises BodyTooLargeError for a line that has no end.
    """
    end, rest = delimiter or b"\n", b""
    for piece in pieces:
        *complete, rest = (rest + piece).split(end)
        if len(rest) > most_bytes:
            raise BodyTooLargeError(most_bytes)
        for line in complete:
            yield line if delimiter else line.removesuffix(b"\r")
    if rest:
        yield rest if delimiter else rest.removesuffix(b"\r")


def resized(pieces: Iterable[bytes], size: int | None, *, waits: bool) -> Iterator[bytes]:
    """Yields pieces of at most `size` bytes (None: as they come).

    waits: for `size` bytes, where a piece is shorter
    """
    rest = b""
    for piece in pieces:
        if size is None:
            yield from (piece,) if piece else ()
            continue
        rest += piece
        while len(rest) >= size:
            yield rest[:size]
            rest = rest[size:]
        if rest and not waits:
            yield rest
            rest = b""
    if rest:
        yield rest
