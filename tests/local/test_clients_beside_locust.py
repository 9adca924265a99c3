"""The same calls on HttpUser, FastHttpUser and SwarmHttpUser: what a script sees, and what Locust counts."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from locust import FastHttpUser, HttpUser

from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Answer, Request, Scripted, running
from tests.unit.http.swarm_user import listen, new_environment

Seen = dict[str, object]
# Locust's clients and ours have no type in common.
Response = Any
ANSWERS = {
    "page": "/text?type=text/html",
    "json": "/json",
    "latin": "/latin?type=text/plain",
    "no type": "/text?type=-",
    "empty": "/empty?status=204",
    "cookies": "/text?cookie=seen%3D1%3B%20Path%3D/",
    "links": "/text?link=%3C/next%3E%3B%20rel%3Dnext",
    "redirect": "/text?status=302&location=/json",
    "redirects": "/text?status=301&location=/text%3Fstatus%3D302%26location%3D/json",
    "redirect to an error": "/text?status=302&location=/text%3Fstatus%3D404",
    "400": "/text?status=400",
    "404": "/text?status=404",
    "429": "/json?status=429",
    "500": "/text?status=500",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "": {},
    "not followed": {"allow_redirects": False},
    "params": {"params": {"q": "x y"}},
    "headers": {"headers": {"X-A": "1"}},
    "stream": {"stream": True},
    "named": {"name": "own"},
}
METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS"]
MEMBERS = [
    *("status_code", "reason", "ok", "is_redirect", "is_permanent_redirect", "encoding", "apparent_encoding"),
    *("links", "text", "content", "url"),
]
BODIES = {"/json": b'{"a": [1, 2]}', "/latin": "grüße, und schöne Tage".encode("latin-1"), "/empty": b""}
FIELDS = {"Location": "location", "Set-Cookie": "cookie", "Link": "link"}


@dataclass(frozen=True)
class Called:
    """What one client made of a call: what the script saw, and Locust's event without its times."""

    seen: Seen
    events: list[tuple[object, ...]]


def answer(request: Request) -> Answer:
    """Answers as the query asks."""
    url = urlsplit(request.target)
    wanted = dict(parse_qsl(url.query))
    body = BODIES.get(url.path, b"hello, world")
    lines = [f"HTTP/1.1 {wanted.get('status', '200')} Some Reason"]
    lines += [f"Content-Type: {wanted.get('type', 'application/json')}"] if wanted.get("type") != "-" else []
    lines += [f"{field}: {wanted[key]}" for field, key in FIELDS.items() if key in wanted]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return ["\r\n".join(lines).encode("latin-1") + body]


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    with running() as server:
        server.answer = answer
        yield server


Call = Callable[[type, str, str, dict[str, Any]], Called]


@pytest.fixture(scope="module")
def call(server: Scripted) -> Call:
    """Makes calls with one user of each class."""
    users: dict[type, Any] = {}

    def called(base: type, method: str, path: str, options: dict[str, Any]) -> Called:
        if base not in users:
            made = type("Visitor", (base,), {"host": server.url})(new_environment())
            users[base] = made, listen(made.environment)
        user, events = users[base]
        events.clear()
        jar = user.client.cookiejar if base is FastHttpUser else user.client.cookies
        jar.clear()
        response = user.client.request(method, path, **options)
        seen = seen_by_all(response) if base is FastHttpUser else seen_of(response)
        return Called({**seen, "jar": {each.name: each.value for each in jar}}, [told(each) for each in events])

    return called


def told(event: dict[str, Any]) -> tuple[object, ...]:
    """What an event says that does not depend on the time, nor on the words for an error below HTTP."""
    exception = event["exception"]
    text = str(exception) if type(exception).__name__ == "HTTPError" else bool(exception)
    return event["request_type"], event["name"], text, event["response_length"], event["url"]


def seen_of(response: Response) -> Seen:
    """What a script can ask of HttpUser's response and of ours."""
    found = {name: getattr(response, name) for name in MEMBERS}
    history = [(each.status_code, each.url) for each in response.history]
    headers = {name.lower(): value for name, value in response.headers.items()}
    following = response.next and (response.next.method, response.next.url)
    raised = raised_by(response.raise_for_status)
    more = {"history": history, "headers": headers, "next": following, "raised": raised, "json": json_of(response)}
    return {**found, **more, "cookies": response.cookies.get_dict(), "true": bool(response), "pieces": list(response)}


def seen_by_all(response: Response) -> Seen:
    """What FastHttpUser's response has, too."""
    return {"status_code": response.status_code, "content": response.content, "json": json_of(response)}


def raised_by(function: Callable[[], None]) -> str:
    try:
        function()
    except OSError as error:
        return f"{type(error).__module__}.{type(error).__name__}: {error}"
    return ""


def json_of(response: Response) -> object:
    try:
        return response.json()
    except json.JSONDecodeError as error:
        return "no JSON", error.pos


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("path", ANSWERS.values(), ids=ANSWERS)
def test_a_script_sees_what_http_user_shows(call: Call, method: str, path: str, options: dict[str, Any]) -> None:
    theirs = call(HttpUser, method, path, options)
    ours = call(SwarmHttpUser, method, path, options)
    assert ours == theirs


@pytest.mark.parametrize("name", ANSWERS)
def test_a_script_sees_what_fast_http_user_shows(call: Call, name: str) -> None:
    theirs = call(FastHttpUser, "GET", ANSWERS[name], {}).seen
    ours = call(SwarmHttpUser, "GET", ANSWERS[name], {}).seen
    assert {key: ours[key] for key in theirs} == theirs
