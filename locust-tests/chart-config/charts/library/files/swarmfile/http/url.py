"""URLs as a client needs them: where to connect, what to ask for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlencode, urlsplit

from swarmfile.http.errors import InvalidURL

DEFAULT_PORTS = {"http": 80, "https": 443}
# What RFC 3986 allows to stand in a URL as it is; "%" too, since what is quoted already stays so.
_SAFE = "!$%&'()*+,/:;=?@~"
_PLAIN_TARGET = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """A server: scheme, host (IPv6 without brackets) and port.

    `split` returns the same object for the same server, so that comparing and hashing need no text.
    """

    scheme: str
    host: str
    port: int

    @property
    def host_header(self) -> str:
        """The Host field: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host_header}"


@dataclass(frozen=True, slots=True)
class Url:
    """Where a request goes: origin, request target (path and query), and user:password of the URL itself."""

    origin: Origin
    target: str
    userinfo: tuple[str, str] | None = None
    fragment: str = ""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def __str__(self) -> str:
        return f"{self.origin}{self.target}" + (f"#{self.fragment}" if self.fragment else "")


@lru_cache(maxsize=1024)
def split(url: str) -> Url:
    """Takes an absolute http or https URL apart. Raises InvalidURL with the reason."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise InvalidURL(f"{url!r}: {error}") from None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise InvalidURL(f"{url!r} is no http:// or https:// URL; set the user's host, or write the whole URL")
    origin = _origin(parts.scheme, _ascii_host(parts.hostname), port or DEFAULT_PORTS[parts.scheme])
    return Url(origin, _target(parts), _userinfo(parts), parts.fragment)


def is_plain(path: str) -> bool:
    """Whether a path with query goes out as it is written."""
    return _PLAIN_TARGET.fullmatch(path) is not None and "/." not in path and not path.endswith("?")


def with_params(url: str, params: Any) -> str:
    """Returns `url` with `params` (a mapping, pairs, or a ready string) behind its query."""
    query = encode_pairs(params)
    if not query:
        return url
    url, hash_sign, fragment = url.partition("#")
    joint = "" if url.endswith(("?", "&")) else "&" if "?" in url else "?"
    return f"{url}{joint}{query}{hash_sign}{fragment}"


def encode_pairs(pairs: Any) -> str:
    """Returns form-encoded pairs, as in a query: lists repeat their key, None values are left out."""
    if isinstance(pairs, bytes):
        return pairs.decode()
    if isinstance(pairs, str):
        return pairs
    return urlencode(list(flat_pairs(pairs)))


def flat_pairs(pairs: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Iterable[tuple[Any, Any]]:
    """Yields key and value of each pair, once for each value of a list."""
    for key, value in pairs.items() if isinstance(pairs, Mapping) else pairs:
        for one in value if isinstance(value, list | tuple | set) else (value,):
            if one is not None:
                yield key, one


@cache
def _origin(scheme: str, host: str, port: int) -> Origin:
    return Origin(scheme, host, port)


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise InvalidURL(f"the host name {host!r} cannot be written in ASCII") from None


def _userinfo(parts: SplitResult) -> tuple[str, str] | None:
    return (unquote(parts.username), unquote(parts.password or "")) if parts.username else None


def _target(parts: SplitResult) -> str:
    target = _without_dot_segments(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if _PLAIN_TARGET.fullmatch(target):
        return target
    return quote(_BROKEN_ESCAPE.sub("%25", target), safe=_SAFE)


def _without_dot_segments(path: str) -> str:
    """Returns `path` as browsers send it (RFC 3986 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
