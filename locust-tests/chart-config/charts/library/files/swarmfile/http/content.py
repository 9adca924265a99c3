"""Undoes content codings: gzip, deflate, and br where Locust has it.

Piece by piece: 200 KB may inflate to 200 MB, which must not be there before they are refused.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import Any

from swarmfile.http.errors import BodyTooLargeError, ContentDecodingError

# Most bodies are one piece.
PIECE_BYTES = 1 << 20

try:
    import brotli  # type: ignore[import-untyped,import-not-found,unused-ignore]
except ImportError:  # Locust's own image has it; br is not offered to servers without.
    brotli = None
# Before Brotli 1.2 nothing bounds what a piece becomes.
if not hasattr(getattr(brotli, "Decompressor", None), "can_accept_more_data"):
    brotli = None

ACCEPT_ENCODING = "gzip, deflate, br" if brotli else "gzip, deflate"


def decode_content(body: bytes, encoding: str, most_bytes: float = inf) -> bytes:
    """Returns `body` without the codings that Content-Encoding names, the last one first.

    A coding that was not offered is left as it is, as browsers and requests do.
    Raises ContentDecodingError when the body is not what the field says, or is cut short, and BodyTooLargeError.
    """
    for coding in reversed(encoding.split(",")):
        decode = _DECODERS.get(coding.strip())
        if decode is not None and body:
            body = gathered(_decoded(decode, body, coding.strip()), most_bytes, coding.strip())
    return body


def gathered(pieces: Iterable[bytes], most_bytes: float, coding: str = "") -> bytes:
    """Returns the pieces as one. Raises BodyTooLargeError as soon as they are more than `most_bytes`."""
    parts, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > most_bytes:
            raise BodyTooLargeError(most_bytes, coding)
        parts.append(piece)
    return b"".join(parts)


def stream_decoder(encoding: str) -> Callable[[bytes], Iterator[bytes]]:
    """Returns what decodes a body piece by piece. It raises ContentDecodingError."""
    if encoding in ("gzip", "x-gzip", "deflate"):
        # 32: zlib's format and gzip's, whichever it is.
        inflating = zlib.decompressobj(32 + zlib.MAX_WBITS)
        return lambda piece: _decoded(lambda data: _inflated(inflating, data), piece, encoding)
    if encoding == "br" and brotli:
        unpacking = brotli.Decompressor()
        return lambda piece: _decoded(lambda data: _unpacked(unpacking, data), piece, encoding)
    return lambda piece: iter((piece,))


def _decoded(decode: Callable[[bytes], Iterator[bytes]], body: bytes, coding: str) -> Iterator[bytes]:
    try:
        yield from decode(body)
    except Exception as error:  # zlib.error, brotli.error and EOFError share no base
        raise ContentDecodingError(f"the response's body is not the {coding} that Content-Encoding says") from error


def _inflated(stream: Any, data: bytes) -> Iterator[bytes]:
    """Yields what `data` adds to a stream of zlib's."""
    while True:
        piece = stream.decompress(data, PIECE_BYTES)
        yield piece
        data = stream.unconsumed_tail
        # A full piece may have more behind it, although all was taken in.
        if stream.eof or not (data or len(piece) == PIECE_BYTES):
            return


def _unpacked(stream: Any, data: bytes) -> Iterator[bytes]:
    """Yields what `data` adds to a stream of Brotli's."""
    piece = stream.process(data, output_buffer_limit=PIECE_BYTES)
    yield piece
    # There may be more behind a piece, although all was taken in.
    while not stream.is_finished() and (piece or not stream.can_accept_more_data()):
        piece = stream.process(b"", output_buffer_limit=PIECE_BYTES)
        yield piece


def _gunzip(body: bytes) -> Iterator[bytes]:
    while body:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        yield from _inflated(member, body)
        if not member.eof:
            raise EOFError
        # Padding with zeros behind a member is legal.
        body = member.unused_data.lstrip(b"\0")


def _inflate(body: bytes) -> Iterator[bytes]:
    stream = zlib.decompressobj(_window_bits(body))
    yield from _inflated(stream, body)
    if not stream.eof:
        raise EOFError


def _window_bits(body: bytes) -> int:
    # Some servers send raw deflate though the name means zlib's format: every client takes both.
    try:
        zlib.decompressobj(zlib.MAX_WBITS).decompress(body[:1024])
    except zlib.error:
        return -zlib.MAX_WBITS
    return zlib.MAX_WBITS


def _unbrotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    yield from _unpacked(stream, body)
    if not stream.is_finished():
        raise EOFError


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _inflate}
if brotli:
    _DECODERS["br"] = _unbrotli
