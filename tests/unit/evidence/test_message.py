from collections.abc import Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
import requests

from swarmfile.credentials.redact import redactor
from swarmfile.evidence.message import BODY_LENGTH, described

SECRET = "c4n/ary pass"
REDACT = redactor([SECRET])
assert REDACT


def exchange(body: bytes = b"no", headers: Mapping[str, str] = MappingProxyType({})) -> requests.Response:
    response = requests.Response()
    response.status_code = 500
    response.headers.update(headers)
    response._content = body
    request = requests.Request(
        "POST", "http://ann:pw@shop.test/a?token=abc&page=2", headers={"Cookie": "a=b"}, data=b"hi"
    )
    response.request = request.prepare()
    return response


def of(response: object, **meta: Any) -> dict[str, Any]:  # noqa: ANN401
    assert REDACT
    return described(ValueError("no"), {"response": response, **meta}, REDACT)


def test_request_and_response_are_told() -> None:
    told = of(exchange(), response_time=12.5)
    assert told["time_ms"] == 12.5
    assert (told["request"]["body"], told["response"]["status"], told["response"]["body"]) == ("hi", 500, "no")


@pytest.mark.parametrize(
    "name", ["Authorization", "Cookie", "Set-Cookie", "X-API-Key", "Proxy-Authorization", "X-Token"]
)
def test_a_header_that_holds_a_secret_is_hidden_whatever_it_says(name: str) -> None:
    assert [name, "[redacted]"] in map(list, of(exchange(headers={name: "short"}))["response"]["headers"])


def test_an_address_keeps_neither_login_nor_token() -> None:
    assert of(exchange())["url"] == "http://shop.test/a?token=[redacted]&page=2"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (f"it was {SECRET}", "it was [redacted]"),
        ('{"password": "short", "user": "ann"}', '{"password": "[redacted]", "user": "ann"}'),
        ("client_secret=short&scope=all", "client_secret=[redacted]&scope=all"),
        ("<p>all tokens are gone</p>", "<p>all tokens are gone</p>"),
        ("a\0b", "(3 bytes that are no text)"),
        ("", ""),
    ],
)
def test_a_body_is_text_without_secrets(body: str, shown: str) -> None:
    assert of(exchange(body.encode()))["response"]["body"] == shown


@pytest.mark.parametrize("before", range(BODY_LENGTH - len(SECRET), BODY_LENGTH + 1))
def test_a_long_body_is_cut_and_no_secret_with_it(before: int) -> None:
    shown = of(exchange(b"x" * before + SECRET.encode() + b"y" * 5000))["response"]["body"]
    assert shown.startswith("x" * before)
    assert SECRET[:4] not in shown
    assert shown.endswith(f"… ({before + len(SECRET) + 5000} in all)")


def test_a_stream_that_nobody_read_stays_unread() -> None:
    response = exchange()
    response._content = False
    response.raw = SimpleNamespace(read=lambda *_: pytest.fail("it was read"))
    assert of(response)["response"]["body"] == ""


def test_without_a_response_the_error_names_the_request() -> None:
    error = requests.ConnectionError(request=exchange().request)
    told = described(error, {"response": None, "url": "http://shop.test/"}, str)
    assert (told["url"], told["request"]["body"], told["response"]) == (
        "http://shop.test/a?token=[redacted]&page=2",
        "hi",
        None,
    )


@pytest.mark.parametrize(
    ("header", "trace"),
    [("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"), ("other", None)],
)
def test_the_trace_is_that_of_the_header(header: str, trace: str | None) -> None:
    response = exchange()
    response.request.headers["TraceParent"] = header
    assert of(response)["trace"] == trace


def test_what_is_no_http_leaves_little() -> None:
    told = of(None, url=None)
    assert (told["url"], told["request"], told["response"]) == ("", {"headers": [], "body": ""}, None)
