"""Forms are taken apart as clients really send them."""

import pytest
import requests

from demo.message import Head, Refusal, Request
from demo.multipart import Part, parts_of


def form(body: bytes, content_type: str) -> Request:
    return Request(Head("POST", "/v1/files", "HTTP/1.1", {"content-type": content_type}), body)


@pytest.mark.parametrize("content", [b"", b"plain", b"\r\n--\r\n\r\n", bytes(range(256)) * 40, "grün\n".encode()])
def test_what_requests_sends_arrives_byte_for_byte(content: bytes) -> None:
    prepared = requests.Request(
        "POST", "http://shop/", data={"purpose": "batch"}, files={"file": ("in put.jsonl", content)}
    ).prepare()
    assert isinstance(prepared.body, bytes)
    parts = parts_of(form(prepared.body, str(prepared.headers["Content-Type"])))
    assert parts == {"purpose": Part(b"batch"), "file": Part(content, "in put.jsonl")}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"a=1", "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n--x--", "multipart/form-data"),
        (b"", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x"),
        (b"before\r\n--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    ],
)
def test_what_is_no_form_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(Refusal) as refused:
        parts_of(form(body, content_type))
    assert refused.value.response.status == 400
