"""Writes the tables of docs/clients.md: each public member of Locust's clients and responses, beside SwarmHttpUser's.

The members come from the classes themselves, as does what is refused. What differs is written here, in a sentence.

    python -m tools.client_table
"""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from locust import FastHttpUser, HttpUser, User
from locust.clients import HttpSession
from locust.clients import ResponseContextManager as HttpResponse
from locust.contrib.fasthttp import FastHttpSession
from locust.contrib.fasthttp import ResponseContextManager as FastResponse
from locust.env import Environment
from requests import Response, Session

from swarmfile.http.client import SwarmHttpSession
from swarmfile.http.options import Options
from swarmfile.http.refused import USER, MissingRequestMeta, Refused
from swarmfile.http.response import SwarmResponse
from swarmfile.http.user import SwarmHttpUser

PAGE = Path(__file__).parents[1] / "docs" / "clients.md"
HEAD = "| Member | HttpUser | FastHttpUser | SwarmHttpUser |\n|---|---|---|---|\n"
HOST = "http://localhost"
SAME = "same"


@dataclass(frozen=True)
class Kind:
    """What is compared: Locust's two and ours, as instances or classes, and what differs by member."""

    title: str
    http: object
    fast: object
    ours: object
    differs: Mapping[str, str]


CLIENT = {
    "auth": "same, but digest authentication and other `auth` that waits for the server's answer raise TypeError",
    "base_url": "same; a user name in it raises InvalidURL, and credentials stay with the tested host",
    "headers": "same; without User-Agent none is sent",
    "hooks": "same; an event other than `response` raises ValueError",
    "iter_lines": "same, each line once it is complete",
    "max_redirects": "same; the failure's text is another",
    "options": SAME,
    "proxies": "same; one that is reached by TLS raises InvalidURL",
    "request": "as HttpUser's: what stands behind `name` must be given by name; the method is counted in capitals",
    "stream": "same; with it a request's time ends with the head",
    "cookiejar": "same jar as `cookies`",
}
OPTIONS = {
    "auth": "same, see the client's",
    "data": "same; a file is read before it is sent",
    "headers": "same, but one that cannot be sent raises InvalidHeader, and no request is counted",
    "timeout": "same, None for no limit; without it the class's own hold, 60 s of silence",
}
RESPONSE = {
    "content": "same; longer than `max_body_bytes` is a failure",
    "cookies": SAME,
    "encoding": "as HttpUser's",
    "error": "as HttpUser's: None for a status of 400 and above",
    "headers": "same, but nothing can be set",
    "history": SAME,
    "iter_content": "as HttpUser's: bytes, unless `decode_unicode`",
    "iter_lines": "each line once it is complete; nothing empty where a chunk ends with the delimiter",
    "next": "method, url and headers, which cannot be sent",
    "ok": "as HttpUser's: False without a response",
    "reason": "same; empty without a response",
    "request": "method, url, path_url, headers and body; Cookie only where the script gave it",
    "request_meta": f"only with `catch_response=True`; else AttributeError: {MissingRequestMeta.message}",
    "url": "as HttpUser's: the last one",
    "raise_for_status": "as HttpUser's: raises for a status of 400 and above",
}
USER_CLASS = {
    "insecure": "off: certificates are verified",
    "concurrency": "without effect: each greenlet of a user gets a connection",
}


def kinds() -> Iterator[Kind]:
    """Yields what the page compares."""
    environment = Environment(user_classes=[])
    http, fast = (user_of(each, environment).client for each in (HttpUser, FastHttpUser))
    yield Kind("The client", http, fast, user_of(SwarmHttpUser, environment).client, CLIENT)
    yield Kind("A response", http_response(), FastResponse, SwarmResponse, RESPONSE)
    yield Kind("The class of a user", HttpUser, FastHttpUser, SwarmHttpUser, USER_CLASS)


def user_of(base: type[Any], environment: Environment) -> Any:  # noqa: ANN401 - Locust's users have no client in common
    """Returns a user of a class of Locust's or ours, which sends nothing."""
    return type("Visitor", (base,), {"host": HOST})(environment)


def http_response() -> HttpResponse:
    """Returns a response of HttpUser's, of which requests sets most members on the instance only."""
    response = Response()
    meta: dict[str, Any] = {}
    wrapped = HttpResponse.wrap_response(response, Environment().events.request, meta, catch_response=True)
    vars(wrapped)["connection"] = None
    return wrapped


def members(thing: object) -> set[str]:
    """Returns the public names of an object or a class, and those that a class only declares."""
    declared = [
        vars(each).get("__annotations__", {}) for each in type.mro(thing if inspect.isclass(thing) else type(thing))
    ]
    return {name for name in {*dir(thing), *(name for each in declared for name in each)} if not name.startswith("_")}


def rows(kind: Kind) -> Iterator[str]:
    """Yields a table's rows. Locust's User is the same below all three."""
    http, fast = members(kind.http), members(kind.fast)
    common = members(User) if kind.ours is SwarmHttpUser else set()
    for name in sorted((http | fast) - common):
        marks = ("yes" if name in theirs else "" for theirs in (http, fast))
        yield f"| `{name}` | {' | '.join(marks)} | {verdict(kind, name)} |"


def verdict(kind: Kind, name: str) -> str:
    """Returns what ours does with a member: the same, something else, or which message it raises."""
    ours = inspect.getattr_static(kind.ours, name, None)
    if isinstance(ours, Refused):
        return f"AttributeError: {ours.message}"
    if kind.ours is SwarmHttpUser and name in USER:
        return f"TypeError: SwarmHttpUser has none: {USER[name]}"
    if name in kind.differs:
        return kind.differs[name]
    if name not in members(kind.ours):
        raise LookupError(f"{kind.title}: {name} is neither there nor refused, see swarmfile/http/refused.py")
    return SAME


def options() -> Iterator[str]:
    """Yields the rows of a request's options, from the signatures."""
    http = {*parameters(HttpSession.request), *parameters(Session.request)}
    fast = {*parameters(FastHttpSession.request), "params", "files"}
    ours = {*parameters(SwarmHttpSession.request), *(each.name for each in fields(Options))}
    for name in sorted(http | fast):
        marks = ("yes" if name in theirs else "" for theirs in (http, fast))
        yield f"| `{name}` | {' | '.join(marks)} | {OPTIONS.get(name, SAME) if name in ours else 'TypeError'} |"


def parameters(function: Any) -> Iterator[str]:  # noqa: ANN401 - a function of any kind
    """Yields the names of what a method takes, without those that only pass on."""
    for name, parameter in inspect.signature(function).parameters.items():
        if name != "self" and parameter.kind is not parameter.VAR_KEYWORD:
            yield name


def tables() -> str:
    """Returns the page's tables with their headings."""
    chapters = [f"## {kind.title}\n\n{HEAD}" + "\n".join(rows(kind)) for kind in kinds()]
    chapters.insert(1, f"## A request's options\n\n{HEAD}" + "\n".join(options()))
    return "\n\n".join(chapters) + "\n"


def page(text: str) -> str:
    """Returns the page with its tables as they are now; what stands before the first stays."""
    return text.split("\n## ", 1)[0].rstrip() + "\n\n" + tables()


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
