"""A user's cookies (RFC 6265): kept by domain and path, sent where they belong."""

import ipaddress
import time
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from math import inf

from swarmfile.http.url import Origin


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie. `expires` is in seconds since the epoch, infinite for a session's cookie.

    An empty `domain` (a script set the cookie without one) goes to every host.
    """

    name: str
    value: str
    domain: str = ""
    path: str = "/"
    host_only: bool = False
    secure: bool = False
    http_only: bool = False
    expires: float = inf

    def belongs_to(self, origin: Origin, path: str) -> bool:
        """Whether a request for `path` carries it."""
        if self.secure and origin.scheme != "https" and not _is_local(origin.host):
            return False
        return self._matches_domain(origin.host) and path_matches(path, self.path)

    def _matches_domain(self, host: str) -> bool:
        if not self.domain:
            return True
        return host == self.domain if self.host_only else domain_matches(host, self.domain)


class Cookies(MutableMapping[str, str]):
    """The jar. As a mapping it reads and sets values by name; `set` and `delete` take domain and path too."""

    __slots__ = ("__weakref__", "_valid_until", "_values", "by_key")

    def __init__(self) -> None:
        # Public, so that the fastest path can see that there is none.
        self.by_key: dict[tuple[str, str, str], Cookie] = {}
        # Header values by origin and path, until a cookie changes or expires.
        self._values: dict[tuple[Origin, str], str] = {}
        self._valid_until = inf

    def header_for(self, origin: Origin, path: str) -> str:
        """Returns the Cookie field's value for a request, empty for none."""
        if not self.by_key:
            return ""
        if time.time() >= self._valid_until:
            self._drop_expired()
        value = self._values.get((origin, path))
        if value is None:
            value = self._values[origin, path] = self._compose(origin, path)
        return value

    def take(self, set_cookie: str, origin: Origin, path: str) -> None:
        """Keeps what a Set-Cookie field of a response to `path` says; ignores what RFC 6265 says to ignore."""
        cookie = parse_set_cookie(set_cookie, origin, path)
        if cookie is not None:
            self.add(cookie)

    def add(self, cookie: Cookie) -> None:
        """Keeps a cookie in place of one with the same name, domain and path; one that expired goes."""
        key = (cookie.domain, cookie.path, cookie.name)
        if cookie.expires <= time.time():
            self.by_key.pop(key, None)
        else:
            # In place: RFC 6265 5.3 keeps the older cookie's place in the order.
            self.by_key[key] = cookie
        self._forget_values()

    def set(self, name: str, value: str | None, domain: str = "", path: str = "/", secure: bool = False) -> None:
        """Sets a cookie as requests' jar does; None deletes it."""
        if value is None:
            self.delete(name, domain or None, path)
        else:
            self.add(Cookie(name, str(value), domain.lstrip(".").lower(), path, secure=secure))

    def delete(self, name: str, domain: str | None = None, path: str | None = None) -> None:
        """Deletes cookies of that name, in any domain and path unless they are given."""
        for cookie in [c for c in self.all() if c.name == name]:
            if domain in (None, cookie.domain) and path in (None, cookie.path):
                del self.by_key[cookie.domain, cookie.path, cookie.name]
        self._forget_values()

    def all(self) -> list[Cookie]:
        """Returns every cookie, oldest first."""
        return list(self.by_key.values())

    def get_dict(self) -> dict[str, str]:
        """Returns values by name, as requests' jar does."""
        return {cookie.name: cookie.value for cookie in self.all()}

    def clear(self) -> None:
        """Forgets all cookies, as a new visitor has none."""
        self.by_key.clear()
        self._forget_values()

    def __getitem__(self, name: str) -> str:
        for cookie in self.all():
            if cookie.name == name:
                return cookie.value
        raise KeyError(name)

    def __setitem__(self, name: str, value: str) -> None:
        self.set(name, value)

    def __delitem__(self, name: str) -> None:
        self[name]
        self.delete(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.get_dict())

    def __len__(self) -> int:
        return len(self.by_key)

    def _forget_values(self) -> None:
        self._values.clear()
        self._valid_until = min((cookie.expires for cookie in self.by_key.values()), default=inf)

    def _drop_expired(self) -> None:
        now = time.time()
        self.by_key = {key: cookie for key, cookie in self.by_key.items() if cookie.expires > now}
        self._forget_values()

    def _compose(self, origin: Origin, path: str) -> str:
        if len(self._values) >= 64:
            self._values.clear()
        fitting = [cookie for cookie in self.all() if cookie.belongs_to(origin, path)]
        # RFC 6265 5.4: longer paths first, then older cookies; sorted keeps the order of equals.
        fitting = sorted(fitting, key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in fitting)


def parse_set_cookie(text: str, origin: Origin, path: str) -> Cookie | None:
    """Returns the cookie that a Set-Cookie value asks to keep (RFC 6265 5.2 and 5.3), None for one to ignore."""
    pair, *attributes = text.split(";")
    name, equals, value = pair.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name:
        return None
    given = _attributes(attributes)
    domain = given.get("domain", "").removeprefix(".").lower()
    if domain and not _may_set(origin.host, domain):
        return None
    return Cookie(
        name,
        value,
        domain or origin.host,
        given["path"] if given.get("path", "").startswith("/") else default_path(path),
        host_only=not domain,
        secure="secure" in given,
        http_only="httponly" in given,
        expires=_expiry(given),
    )


def domain_matches(host: str, domain: str) -> bool:
    """RFC 6265 5.1.3."""
    return host == domain or (host.endswith("." + domain) and not _is_address(host))


def path_matches(path: str, cookie_path: str) -> bool:
    """RFC 6265 5.1.4."""
    return path == cookie_path or path.startswith(cookie_path if cookie_path.endswith("/") else cookie_path + "/")


def default_path(path: str) -> str:
    """The path of a cookie that names none: the folder of the page that set it."""
    return path[: path.rfind("/")] or "/"


def _attributes(attributes: list[str]) -> Mapping[str, str]:
    pairs = (attribute.partition("=") for attribute in attributes)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _may_set(host: str, domain: str) -> bool:
    # Without a list of public suffixes: at least no cookie for a whole top-level domain.
    return domain_matches(host, domain) and (host == domain or "." in domain)


def _expiry(given: Mapping[str, str]) -> float:
    max_age = given.get("max-age", "")
    if max_age.removeprefix("-").isdecimal():
        return time.time() + int(max_age) if int(max_age) > 0 else -inf
    return _read_date(given["expires"]) if "expires" in given else inf


def _read_date(text: str) -> float:
    """RFC 6265 5.1.1, in the forms that servers send; a date nobody can read makes a session's cookie."""
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC).timestamp()
    except (ValueError, TypeError):
        return inf


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_local(host: str) -> bool:
    # As browsers do: a local target needs no TLS for cookies marked Secure.
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
