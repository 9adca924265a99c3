"""The fast client and requests, side by side against the same server: what they send, and what they make of answers."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import brotli  # type: ignore[import-untyped]
import pytest
import requests

from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Answer, Request, Scripted, running
from tests.unit.http.swarm_user import new_user

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
PATHS = ["/a b", "/ä?ö=ü", "/%20%C3%A4", "/a/../b/./c", "/x?y#z", "/?", "//a//b", "/a;b=c"]
BODIES: list[dict[str, Any]] = [
    {},
    {"json": {"a": [1, None, "ä"]}},
    {"json": []},
    {"data": {"a": "1", "b": ["x", "y z"], "ü": "&="}},
    {"data": [("a", "1"), ("a", "2")]},
    {"data": "text ä".encode()},
    {"data": "text"},
    {"data": b""},
    {"data": {}},
]
QUERIES: list[dict[str, Any]] = [
    {},
    {"params": {"q": "x y", "list": [1, 2], "none": None}},
    {"params": [("a", "&"), ("ä", "ö")]},
    {"params": "raw=1&x"},
]
HEADERS = [
    {"X-One": "1", "x-two": "2"},
    {"Content-Type": "application/vnd.api+json"},
    {"Accept": "text/html"},
    {"Cookie": "own=1"},
    {"Authorization": "Bearer x"},
]
# What differs by design: names of the clients, how a connection is kept, a multipart body's boundary.
OWN_FIELDS = {"user-agent", "connection", "host", "accept-encoding"}
# requests leaves it out behind a redirect, where it means nothing.
NO_BODY = {("content-length", "0")}
TEXTS = {
    "ascii": b"hello",
    "utf-8": "grüße, 世界".encode(),
    "latin-1": "grüße".encode("latin-1"),
    "json": b'{"a": [1, 2.5, null, "\\u00e4"]}',
    "empty": b"",
    "binary": bytes(range(256)),
}
TYPES = [
    "text/plain; charset=utf-8",
    "text/plain; charset=iso-8859-1",
    'text/html; charset="UTF-8"',
    "application/json",
    "text/plain",
]
CODINGS = {"identity": bytes, "gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}


@dataclass(frozen=True)
class Case:
    """A request, and what the server answers: status, headers, body, chunked or not."""

    method: str = "GET"
    path: str = "/"
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.options}"[:90]


def requests_to_send() -> Iterator[Case]:
    """Every method with every kind of body, query, header and login."""
    for method, body, query in product(METHODS, BODIES, QUERIES):
        yield Case(method, "/echo", body | query)
    for path, query in product(PATHS, QUERIES):
        yield Case("GET", path, query)
    for method, headers in product(METHODS, HEADERS):
        yield Case(method, "/echo", {"headers": headers})
    for method in METHODS:
        yield Case(method, "/echo", {"auth": ("me", "pässword")})
        yield Case(method, "/echo", {"cookies": {"a": "1"}})


def answers_to_read() -> Iterator[Case]:
    """Every status, and every combination of text, charset, content coding and framing."""
    for method, status in product(
        METHODS, [200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504]
    ):
        yield Case(method, f"/answer?status={status}&text=ascii")
    for text, content_type, coding, framing in product(TEXTS, TYPES, CODINGS, ["length", "chunked", "close"]):
        yield Case(
            "GET", f"/answer?text={text}&type={content_type}&coding={coding}&framing={framing}".replace(" ", "%20")
        )


def redirects_to_follow() -> Iterator[Case]:
    """Every method through every redirect, within the host and to another."""
    for method, status, to in product(
        METHODS, [301, 302, 303, 307, 308], ["/echo", "echo?x=1", "OTHER/echo", "//HOST/echo"]
    ):
        body = {"data": b"body"} if method in ("POST", "PUT", "PATCH") else {}
        yield Case(
            method, f"/answer?status={status}&to={to}", {"auth": ("me", "mine"), "allow_redirects": True, **body}
        )
    yield Case("GET", "/answer?status=302&to=/answer?status=302%26to=/echo")
    yield Case("GET", "/answer?status=302&to=/answer?status=404")
    yield Case("GET", "/answer?status=300&to=/echo")
    yield Case("GET", "/answer?status=302", {"allow_redirects": False})
    yield Case("GET", "/answer?status=302&to=/echo", {"allow_redirects": False})


def answer(request: Request) -> Answer:
    """Echoes a request, or answers as its query asks."""
    url = urlsplit(request.target)
    wanted = dict(parse_qsl(url.query))
    if url.path != "/answer":
        facts = {"method": request.method, "target": request.target, "body": request.body.decode("latin-1")}
        facts["headers"] = json.dumps(
            {k: v for k, v in request.headers.items() if k not in OWN_FIELDS and (k, v) not in NO_BODY}, sort_keys=True
        )
        return framed(request, 200, {"Content-Type": "application/json"}, json.dumps(facts).encode(), "length")
    coding = wanted.get("coding", "identity")
    headers = {"Content-Type": wanted.get("type", "text/plain"), "Content-Encoding": coding, "X-Seen": request.method}
    headers |= {"Location": wanted["to"]} if "to" in wanted else {}
    headers |= {"Set-Cookie": "seen=1; Path=/"}
    body = CODINGS[coding](TEXTS[wanted.get("text", "ascii")])
    return framed(request, int(wanted.get("status", 200)), headers, body, wanted.get("framing", "length"))


def framed(request: Request, status: int, headers: dict[str, str], body: bytes, framing: str) -> Answer:
    body = b"" if request.method == "HEAD" or status in (204, 304) else body
    frame = {
        "length": f"Content-Length: {len(body)}",
        "chunked": "Transfer-Encoding: chunked",
        "close": "Connection: close",
    }
    lines = [f"HTTP/1.1 {status} Some Reason", *(f"{k}: {v}" for k, v in headers.items()), frame[framing], "", ""]
    if framing == "chunked":
        chunks = [body[at : at + 3] for at in range(0, len(body), 3)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    return ["\r\n".join(lines).encode("latin-1") + body, *(["close"] if framing == "close" else [])]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Scripted, Scripted]]:
    with running() as here, running() as there:
        here.answer = there.answer = answer
        yield here, there


@pytest.fixture(scope="module")
def user(servers: tuple[Scripted, Scripted]) -> Iterator[SwarmHttpUser]:
    user = new_user(servers[0].url)
    yield user
    user.client.close()


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def made_of(response: Any) -> dict[str, object]:  # noqa: ANN401 - either client's response
    """What a script can see of a response, from either client."""
    return {
        "status": response.status_code,
        "reason": response.reason,
        "content": response.content,
        "text": response.text,
        "ok": response.ok,
        "url": response.url.removesuffix("?"),
        "headers": {name.lower(): value for name, value in response.headers.items()},
        "history": [each.status_code for each in response.history],
        "cookies": response.cookies.get_dict(),
        "redirect": response.is_redirect,
        "json": json_of(response),
    }


def json_of(response: Any) -> object:  # noqa: ANN401
    try:
        return response.json()
    except ValueError:
        return "no json"


CASES = [*requests_to_send(), *answers_to_read(), *redirects_to_follow()]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_send_the_same_and_read_the_same(
    servers: tuple[Scripted, Scripted], user: SwarmHttpUser, session: requests.Session, case: Case
) -> None:
    here, there = servers
    path = case.path.replace("OTHER", there.url).replace("HOST", f"127.0.0.1:{here.port}")
    user.client.cookies.clear()
    session.cookies.clear()
    ours = user.client.request(case.method, path, **case.options)
    options = {"allow_redirects": case.method != "HEAD", **case.options}
    theirs = session.request(case.method, here.url + path, **options)
    assert made_of(ours) == made_of(theirs)
    assert user.client.cookies.get_dict() == session.cookies.get_dict()
