"""Parameters and bodies are read with care; responses are legal HTTP."""

import pytest

from demo.message import Head, Refusal, Request, Response, as_json


def request_for(target: str = "/", body: bytes = b"") -> Request:
    return Request(Head("GET", target, "HTTP/1.1", {}), body)


@pytest.mark.parametrize(("target", "number"), [("/slow", 500), ("/slow?ms=20", 20), ("/slow?ms=0.5", 0.5)])
def test_a_number_comes_from_the_query_or_is_the_default(target: str, number: float) -> None:
    assert request_for(target).number("ms", 500) == number


@pytest.mark.parametrize("text", ["-1", "soon", "nan", "inf", ""])
def test_what_is_no_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        request_for(f"/slow?ms={text}").number("ms", 500)
    assert b"ms=" in refused.value.response.body


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null"])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal):
        request_for(body=body).json_object()


def test_a_response_on_the_wire() -> None:
    response = Response(201, b"made", "text/plain", (("Location", "/x"),))
    assert response.encoded(with_body=True, keep_alive=False) == (
        b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"
        b"Location: /x\r\nConnection: close\r\n\r\nmade"
    )


def test_json_ends_with_a_line_end() -> None:
    assert as_json({"a": 1}).body == b'{"a": 1}\n'
