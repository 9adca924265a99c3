"""Encodes what a request carries: forms, JSON, files."""

import os
from collections.abc import Iterable, Mapping
from json import encoder
from typing import Any

from swarmfile.http.url import encode_pairs, flat_pairs

Body = tuple[bytes, str | None]
NO_BODY: Body = (b"", None)
# What json.dumps(value, allow_nan=False) makes for each call anew, which costs more than the encoding.
_json_pieces = encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, encoder.JSONEncoder().default, encoder.encode_basestring_ascii, None, ": ", ", ", False, False, False
)


def encode_body(data: Any = None, json: Any = None, files: Any = None) -> Body:
    """Returns body and Content-Type (None where the bytes do not tell one), as requests does.

    `data`: bytes, text, a form as mapping or pairs, an open file, or an iterable of pieces.
    `json`: any JSON value, taken only without `data`. `files`: a multipart form, `data` its plain fields.
    """
    if files:
        return _multipart(data or {}, files)
    if data:
        return _encode_data(data)
    if json is not None:
        return "".join(_json_pieces(json, 0)).encode(), "application/json"
    return NO_BODY


def _encode_data(data: Any) -> Body:
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data), None
    if isinstance(data, str):
        return data.encode(), None
    if hasattr(data, "read"):
        return _as_bytes(data.read()), None
    if isinstance(data, Mapping | list | tuple):
        return encode_pairs(data).encode(), "application/x-www-form-urlencoded"
    if isinstance(data, Iterable):
        return b"".join(_as_bytes(piece) for piece in data), None
    raise TypeError(f"data is {type(data).__name__}; give bytes, text, a form, a file or an iterable of bytes")


def _multipart(data: Any, files: Any) -> Body:
    boundary = os.urandom(16).hex()
    fields = [] if isinstance(data, str | bytes) else flat_pairs(data)
    parts = [_part(boundary, _disposition(name), _as_bytes(value), None) for name, value in fields]
    for name, given in files.items() if isinstance(files, Mapping) else files:
        parts.append(_file_part(boundary, name, given))
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def _file_part(boundary: str, name: str, given: Any) -> bytes:
    """`given` is a file or its content, or (file name, content[, content type[, headers]])."""
    content_type: str | None = None
    headers: Mapping[str, str] = {}
    if isinstance(given, tuple | list):
        file_name, content, *more = given
        content_type = more[0] if more else None
        headers = more[1] if len(more) > 1 else {}
    else:
        file_name, content = _name_of(given) or name, given
    content = content.read() if hasattr(content, "read") else content
    return _part(boundary, _disposition(name, file_name), _as_bytes(content), content_type, headers)


def _name_of(file: Any) -> str | None:
    name = getattr(file, "name", None)
    return os.path.basename(name) if isinstance(name, str) and not name.startswith("<") else None  # noqa: PTH119


def _disposition(name: Any, file_name: str | None = None) -> str:
    text = f'form-data; name="{_quoted(name)}"'
    return text if file_name is None else f'{text}; filename="{_quoted(file_name)}"'


def _quoted(text: Any) -> str:
    # As browsers quote it: HTML, multipart/form-data encoding algorithm.
    return str(text).replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _part(
    boundary: str,
    disposition: str,
    content: bytes,
    content_type: str | None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    lines = [f"--{boundary}", f"Content-Disposition: {disposition}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + content + b"\r\n"


def _as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else str(value).encode()
