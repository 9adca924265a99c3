import json
import math

import pytest
from requests import HTTPError

from swarmfile.http.connect import route
from swarmfile.http.head import parse_head
from swarmfile.http.request import Plan, make_frame
from swarmfile.http.response import SwarmResponse
from swarmfile.http.tls import Tls
from swarmfile.http.url import split

URL = split("http://example.com/path")
PLAN = Plan(make_frame("GET", route(URL.origin, Tls()), {}), URL, "/path")


def response(content: bytes = b"", status: str = "200 OK", **headers: str) -> SwarmResponse:
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return SwarmResponse(PLAN, parse_head(f"HTTP/1.1 {status}\r\n{fields}\r\n".encode()), content, 0.25)


def test_it_tells_what_was_sent_and_how_long_it_took() -> None:
    got = response(b"x")
    assert (got.request.method, got.request.url, got.request.body) == ("GET", "http://example.com/path", b"")
    assert got.request.headers["host"] == "example.com"
    assert (got.elapsed.total_seconds(), got.first_byte_ms, got.connect_ms) == (0.25, 250, None)
    assert repr(got) == "<SwarmResponse [200]>"


def test_a_script_may_say_the_encoding() -> None:
    got = response("ä".encode("cp437"), Content_Type="text/plain")
    got.encoding = "cp437"
    assert got.text == "ä"


@pytest.mark.parametrize(
    ("content", "content_type", "text"),
    [
        ("ä".encode(), "", "ä"),
        ("ä".encode(), "application/octet-stream", "ä"),
        ("ä".encode(), "application/json", "ä"),
        ("ä".encode("latin-1"), "text/html", "ä"),
        ("ä".encode("utf-16"), "text/html; charset=utf-16", "ä"),
        ("ä".encode(), "text/html; charset=no-such-thing", "ä"),
        (b"\xff", "text/plain; charset=utf-8", "�"),
    ],
)
def test_text_is_decoded_as_the_response_says(content: bytes, content_type: str, text: str) -> None:
    assert response(content, Content_Type=content_type).text == text


def test_json_is_read_with_the_options_of_the_standard_library() -> None:
    assert response(b'{"a": NaN}').json(parse_constant=lambda _: 0) == {"a": 0}
    assert math.isnan(response(b"NaN").json())
    with pytest.raises(json.JSONDecodeError):
        response(b"<html>").json()


@pytest.mark.parametrize(
    ("status", "message"),
    [("404 Not Found", "404 Client Error: Not Found for url: "), ("503 Busy", "503 Server Error: Busy for url: ")],
)
def test_an_error_status_raises_as_in_requests(status: str, message: str) -> None:
    with pytest.raises(HTTPError) as error:
        response(status=status).raise_for_status()
    assert str(error.value) == f"{message}http://example.com/path"
    assert error.value.response is not None
    assert error.value.response.status_code == int(status[:3])
    assert not response(status=status)


def test_statistics_group_failures_by_name() -> None:
    assert str(response(status="404 No").failure_reason("/item/[id]")).endswith("for url: /item/[id]")
    assert response(status="399 Odd").failure_reason("/") is None


@pytest.mark.parametrize("size", [1, 3, 1024, None])
def test_content_comes_in_pieces_of_any_size(size: int | None) -> None:
    assert b"".join(response(b"hello world").iter_content(size)) == b"hello world"


def test_lines_lose_their_ends() -> None:
    assert list(response(b"a\r\n\nb\nc").iter_lines(chunk_size=2)) == [b"a", b"", b"b", b"c"]
    assert list(response("ä\n".encode()).iter_lines(decode_unicode=True)) == ["ä"]


def test_cookies_that_it_set_can_be_asked_for() -> None:
    assert response(Set_Cookie="a=1; Path=/").cookies.get_dict() == {"a": "1"}
