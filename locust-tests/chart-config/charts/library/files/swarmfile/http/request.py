"""Plans requests: everything about one that does not change from time to time, encoded once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from swarmfile.http.connect import Route, basic_auth
from swarmfile.http.content import ACCEPT_ENCODING
from swarmfile.http.errors import InvalidHeader
from swarmfile.http.url import Url

# RFC 9110 9.2.2: sent again without being asked, these do no harm.
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})
# Without a body, these do not say so.
BODILESS = frozenset({"GET", "HEAD"})
# What a client sends unless its script changes `client.headers`.
BASIC_HEADERS = {
    "User-Agent": "swarmfile",
    "Accept": "*/*",
    "Accept-Encoding": ACCEPT_ENCODING,
    "Connection": "keep-alive",
}
# How a body is framed follows from the body.
_FRAMING = frozenset({"content-length", "transfer-encoding"})
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_LINE_BREAK = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Frame:
    """What requests of one method to one server have in common: all but target, cookies and body."""

    method: str
    route: Route
    # As `response.request` shows them, without Cookie, Content-Type and Content-Length.
    fields: tuple[tuple[str, str], ...]
    # The request line up to the target, and what follows it.
    lead: bytes
    rest: bytes
    # Fields that a script gave for this request keep the client's own away.
    owns_cookies: bool
    owns_content_type: bool


class Plan:
    """A request that is ready but for its cookies and its body. Shared by all users that send the same.

    `key` is the key of Locust's statistics, name and method; `wire` goes out when there is neither cookie nor body.
    """

    __slots__ = ("_full_url", "_start", "frame", "idempotent", "key", "method", "route", "url", "wire")

    def __init__(self, frame: Frame, url: Url, name: str) -> None:
        self.frame = frame
        self.url = url
        self._full_url: str | None = None
        self.method = frame.method
        self.route = frame.route
        self.key = (name, frame.method)
        self.idempotent = frame.method in IDEMPOTENT
        self._start = b"%b%b%b" % (frame.lead, url.target.encode("ascii"), frame.rest)
        self.wire = self._start + (b"\r\n" if frame.method in BODILESS else b"Content-Length: 0\r\n\r\n")

    @property
    def full_url(self) -> str:
        """The URL in full."""
        if self._full_url is None:
            self._full_url = str(self.url)
        return self._full_url

    def with_body(self, body: bytes, content_type: str | None, cookies: str) -> bytes:
        """Returns what goes out: the planned part, then what belongs to this one request."""
        own = ""
        if cookies and not self.frame.owns_cookies:
            own = f"Cookie: {cookies}\r\n"
        if content_type and not self.frame.owns_content_type:
            own += f"Content-Type: {content_type}\r\n"
        if body or self.method not in BODILESS:
            own += f"Content-Length: {len(body)}\r\n"
        return b"%b%b\r\n%b" % (self._start, own.encode("latin-1", "replace"), body)


def make_frame(method: str, way: Route, hidden: Mapping[str, Any], *layers: Mapping[str, Any]) -> Frame:
    """Returns the frame whose fields come from `layers`, a later one before an earlier.

    A field whose value is None is not sent. `hidden` ones are sent where no layer has them, and not shown by
    `response.request`. Raises InvalidHeader.
    """
    shown = _merge({"Host": way.origin.host_header}, *layers)
    fields = {**_merge(hidden), **shown, **_proxy_fields(way)}
    lines = [" HTTP/1.1", *(f"{name}: {value}" for name, value in fields.values()), ""]
    lead = f"{_checked_method(method)} {way.origin if _asks_proxy(way) else ''}"
    return Frame(
        method=method,
        route=way,
        fields=tuple(shown.values()),
        lead=lead.encode("ascii"),
        rest=_encode("\r\n".join(lines)),
        owns_cookies="cookie" in fields,
        owns_content_type="content-type" in fields,
    )


def _asks_proxy(way: Route) -> bool:
    return way.proxy is not None and way.origin.scheme == "http"


def _proxy_fields(way: Route) -> dict[str, tuple[str, str]]:
    if way.proxy is None or way.proxy.userinfo is None or not _asks_proxy(way):
        return {}
    return {"proxy-authorization": ("Proxy-Authorization", basic_auth(*way.proxy.userinfo))}


def _merge(*layers: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    fields: dict[str, tuple[str, str]] = {}
    for layer in layers:
        for name, value in layer.items():
            if value is None:
                fields.pop(name.lower(), None)
            elif name.lower() not in _FRAMING:
                fields[name.lower()] = _checked(_text(name), _text(value))
    return fields


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _checked(name: str, value: str) -> tuple[str, str]:
    if not _TOKEN.fullmatch(name):
        raise InvalidHeader(f"{name!r} is no name for a header")
    if _LINE_BREAK.search(value):
        # Not the value: it may be a secret.
        raise InvalidHeader(f"the value of header {name} has a line break or a zero byte")
    return name, value.strip(" \t")


def _checked_method(method: str) -> str:
    if not _TOKEN.fullmatch(method):
        raise ValueError(f"{method!r} is no HTTP method")
    return method


def _encode(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()
