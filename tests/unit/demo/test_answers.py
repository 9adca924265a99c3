"""Parameters, bodies and forms are read with care."""

import json
from io import BytesIO
from typing import Any

import pytest
from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.test import EnvironBuilder

from demo.answers import Request, as_json, refused


def request_for(path: str = "/", **parts: Any) -> Request:  # noqa: ANN401 - what EnvironBuilder takes
    return Request(EnvironBuilder(path, **parts).get_environ())


@pytest.mark.parametrize(("path", "number"), [("/slow", 500), ("/slow?ms=20", 20), ("/slow?ms=0.5", 0.5)])
def test_a_number_comes_from_the_query_or_is_the_default(path: str, number: float) -> None:
    assert request_for(path).number("ms", 500) == number


@pytest.mark.parametrize("text", ["-1", "soon", "nan", "inf", ""])
def test_what_is_no_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadRequest, match=r"ms=.*: write a number of at least 0"):
        request_for(f"/slow?ms={text}").number("ms", 500)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null"])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest, match="not a JSON object"):
        request_for(data=body).json_object()


@pytest.mark.parametrize("content", [b"", b"\r\n--\r\n\r\n", bytes(range(256)) * 40, b"more than a pipe" * 100_000])
def test_a_file_stays_in_memory_byte_for_byte(content: bytes) -> None:
    file = request_for(method="POST", data={"file": (BytesIO(content), "in put.jsonl")}).files["file"]
    assert isinstance(file.stream, BytesIO)
    assert (file.filename, file.read()) == ("in put.jsonl", content)


def test_json_ends_with_a_line_end() -> None:
    assert as_json({"a": 1}).get_data() == b'{"a": 1}\n'


def test_a_request_that_was_ended_early_has_an_answer() -> None:
    told = refused(NotFound("no such product"))
    assert (told.status_code, json.loads(told.get_data())) == (404, {"error": {"message": "no such product"}})
    own = as_json({}, 409)
    assert refused(HTTPException(response=own)) is own
