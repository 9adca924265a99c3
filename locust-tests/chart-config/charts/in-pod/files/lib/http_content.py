"""Undoes content codings: gzip, deflate, and br where Locust has it."""

import zlib
from collections.abc import Callable
from functools import partial

from lib.http_errors import ContentDecodingError

try:
    import brotli  # type: ignore[import-untyped,import-not-found,unused-ignore]
except ImportError:  # Locust's own image has it; br is not offered to servers without.
    brotli = None

ACCEPT_ENCODING = "gzip, deflate, br" if brotli else "gzip, deflate"


def decode_content(body: bytes, encoding: str) -> bytes:
    """Returns `body` without the codings that Content-Encoding names, the last one first.

    A coding that was not offered is left as it is, as browsers and requests do.
    Raises ContentDecodingError when the body is not what the field says, or is cut short.
    """
    for coding in reversed(encoding.split(",")):
        decode = _DECODERS.get(coding.strip())
        if decode is not None and body:
            body = _decode(decode, body, coding.strip())
    return body


def stream_decoder(encoding: str) -> Callable[[bytes], bytes]:
    """Returns what decodes a body piece by piece. It raises ContentDecodingError."""
    if encoding in ("gzip", "x-gzip", "deflate"):
        # 32: zlib's format and gzip's, whichever it is.
        return partial(_decode, zlib.decompressobj(32 + zlib.MAX_WBITS).decompress, coding=encoding)
    if encoding == "br" and brotli:
        return partial(_decode, brotli.Decompressor().process, coding=encoding)
    return bytes


def _decode(decode: Callable[[bytes], bytes], body: bytes, coding: str) -> bytes:
    try:
        return decode(body)
    except Exception as error:  # zlib.error, brotli.error and EOFError share no base
        raise ContentDecodingError(f"the response's body is not the {coding} that Content-Encoding says") from error


def _gunzip(body: bytes) -> bytes:
    parts = []
    while body:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        parts.append(member.decompress(body))
        if not member.eof:
            raise EOFError
        # Padding with zeros behind a member is legal.
        body = member.unused_data.lstrip(b"\0")
    return b"".join(parts)


def _inflate(body: bytes) -> bytes:
    # Some servers send raw deflate though the name means zlib's format: every client takes both.
    try:
        return _inflate_as(zlib.MAX_WBITS, body)
    except zlib.error:
        return _inflate_as(-zlib.MAX_WBITS, body)


def _inflate_as(window_bits: int, body: bytes) -> bytes:
    stream = zlib.decompressobj(window_bits)
    content = stream.decompress(body)
    if not stream.eof:
        raise EOFError
    return content


def _unbrotli(body: bytes) -> bytes:
    content: bytes = brotli.decompress(body)
    return content


_DECODERS: dict[str, Callable[[bytes], bytes]] = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _inflate}
if brotli:
    _DECODERS["br"] = _unbrotli
