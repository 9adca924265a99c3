"""Decides what a redirect asks for, as requests and browsers do."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from swarmfile.http.head import Head
from swarmfile.http.url import Origin, Url, split

STATUSES = frozenset({301, 302, 303, 307, 308})
# What describes a body goes with the body.
_BODY_FIELDS = frozenset({"content-type", "content-length", "content-encoding", "transfer-encoding"})


def asks_elsewhere(head: Head) -> bool:
    """Whether the response is a redirect that names its target."""
    return head.status in STATUSES and head.location is not None


def next_method(method: str, status: int) -> str:
    """Returns the method of the request that follows: all but 307 and 308 turn a POST into a GET."""
    if method == "HEAD" or status in (307, 308):
        return method
    if status in (302, 303) or (status == 301 and method == "POST"):
        return "GET"
    return method


def next_url(url: Url, location: str) -> Url:
    """Returns where `location` points, seen from `url`. Raises InvalidURL."""
    # Servers send UTF-8 there, though header fields are Latin-1.
    text = location.encode("latin-1").decode("utf-8", "replace") if not location.isascii() else location
    return split(urljoin(str(url), text))


def next_headers(headers: Mapping[str, Any], keeps_body: bool, keeps_credentials: bool) -> dict[str, Any]:
    """Returns a request's own fields for the request that follows."""
    dropped = {"cookie", "host"}
    dropped |= set() if keeps_body else _BODY_FIELDS
    dropped |= set() if keeps_credentials else {"authorization"}
    return {name: value for name, value in headers.items() if name.lower() not in dropped}


def keeps_credentials(old: Origin, new: Origin) -> bool:
    """Whether Authorization may go along: to the same server only, or from http to https on the usual ports."""
    if old.host != new.host:
        return False
    upgraded = (old.scheme, new.scheme) == ("http", "https") and (old.port, new.port) == (80, 443)
    return upgraded or (old.scheme == new.scheme and old.port == new.port)
