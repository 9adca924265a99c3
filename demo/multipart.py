"""Takes a multipart/form-data body apart, as HTML forms and SDKs send files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

from demo.message import Refusal, Request, failure


@dataclass(frozen=True)
class Part:
    """One field of a form; `filename` is empty where it is no file."""

    content: bytes
    filename: str = ""


def parts_of(request: Request) -> Mapping[str, Part]:
    """Returns the form's fields by name. Raises Refusal (400) when the body is no such form."""
    content_type = Message()
    content_type["Content-Type"] = request.head.headers.get("content-type", "")
    boundary = content_type.get_param("boundary")
    if content_type.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise Refusal(failure(400, "the body is not multipart/form-data with a boundary"))
    # The line end before a delimiter belongs to it; the first delimiter has none.
    first, *pieces = (b"\r\n" + request.body).split(b"\r\n--" + boundary.encode())
    if first or not pieces or not pieces[-1].startswith(b"--"):
        raise Refusal(failure(400, "the form does not end with its boundary"))
    return dict(_part(piece) for piece in pieces[:-1])


def _part(piece: bytes) -> tuple[str, Part]:
    head, blank, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    disposition = re.search(rb"(?im)^content-disposition:\s*form-data\s*(;[^\r\n]*)", head)
    if not blank or not disposition:
        raise Refusal(failure(400, "a part of the form has no content-disposition"))
    names = dict(re.findall(rb';\s*(\w+)="([^"]*)"', disposition.group(1)))
    return names.get(b"name", b"").decode("utf-8", "replace"), Part(
        content, names.get(b"filename", b"").decode("utf-8", "replace")
    )
