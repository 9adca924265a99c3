"""A user's cookies: requests' own jar, as scripts know it, sent as RFC 6265 says."""

import ipaddress
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.cookiejar import Cookie, CookiePolicy, DefaultCookiePolicy
from math import inf
from typing import Any

from requests.cookies import RequestsCookieJar, merge_cookies

from swarmfile.http.url import Origin

# One for all users: nothing that is sent here asks it.
_POLICY = DefaultCookiePolicy()


class Cookies(RequestsCookieJar):
    """The jar. What requests and the standard library do with a jar works; what it sends is composed here."""

    def __init__(self, policy: CookiePolicy | None = None) -> None:
        super().__init__(policy or _POLICY)
        # Public, so that the fastest path can see that there is no cookie.
        self.filled = False
        # Header values by origin and path, until a cookie changes or expires.
        self._values: dict[tuple[Origin, str], str] = {}
        self._valid_until = inf

    def header_for(self, origin: Origin, path: str) -> str:
        """Returns the Cookie field's value for a request, empty for none."""
        if not self.filled:
            return ""
        if time.time() >= self._valid_until:
            self.clear_expired_cookies()
        value = self._values.get((origin, path))
        if value is None:
            value = self._values[origin, path] = self._compose(origin, path)
        return value

    def header_with(self, own: Any, origin: Origin, path: str) -> str:
        """Returns the field's value for a request that has cookies of its own, a mapping or a jar, as in requests."""
        merged = Cookies()
        merged.update(self)
        merge_cookies(merged, own)
        return merged.header_for(origin, path)

    def take(self, set_cookie: str, origin: Origin, path: str) -> None:
        """Keeps what a Set-Cookie field of a response to `path` says; ignores what RFC 6265 says to ignore."""
        cookie = parse_set_cookie(set_cookie, origin, path)
        if cookie is not None:
            self.set_cookie(cookie)

    def set_cookie(self, cookie: Cookie, *_: Any, **__: Any) -> None:
        """Keeps a cookie in place of one with the same name, domain and path; one that expired goes."""
        # In place: RFC 6265 5.3 keeps the older cookie's place in the order.
        super().set_cookie(cookie)
        if cookie.is_expired():
            super().clear(cookie.domain, cookie.path, cookie.name)
        self._forget_values()

    def clear(self, domain: str | None = None, path: str | None = None, name: str | None = None) -> None:
        """Forgets all cookies, or those of a domain, of a path in it, or one. Raises KeyError where there is none."""
        super().clear(domain, path, name)
        self._forget_values()

    def _forget_values(self) -> None:
        expiries = [cookie.expires for cookie in self]
        self.filled = bool(expiries)
        self._values.clear()
        self._valid_until = min((inf if expires is None else expires for expires in expiries), default=inf)

    def _compose(self, origin: Origin, path: str) -> str:
        if len(self._values) >= 64:
            self._values.clear()
        fitting = [cookie for cookie in self if belongs_to(cookie, origin, path)]
        # RFC 6265 5.4: longer paths first, then older cookies; sorted keeps the order of equals.
        fitting = sorted(fitting, key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" if cookie.name else str(cookie.value) for cookie in fitting)


def belongs_to(cookie: Cookie, origin: Origin, path: str) -> bool:
    """Whether a request for `path` carries the cookie."""
    if cookie.secure and origin.scheme != "https" and not _is_local(origin.host):
        return False
    return _reaches(cookie, origin.host) and path_matches(path, cookie.path)


def _reaches(cookie: Cookie, host: str) -> bool:
    domain = cookie.domain.lstrip(".").lower()
    # A script set it without a domain, or took it from a jar that calls a host without a dot "host.local".
    if not domain or domain == f"{host}.local":
        return True
    return domain_matches(host, domain) if cookie.domain_specified else host == domain


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
    return _cookie(name, value, given, domain, origin.host, default_path(path))


def _cookie(name: str, value: str, given: Mapping[str, str], domain: str, host: str, folder: str) -> Cookie:
    own_path = given.get("path", "").startswith("/")
    expires = _expiry(given)
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=None,
        port_specified=False,
        # As the standard library writes it: with a dot where hosts below have it too.
        domain=f".{domain}" if domain else host,
        domain_specified=bool(domain),
        domain_initial_dot=bool(domain),
        path=given["path"] if own_path else folder,
        path_specified=own_path,
        secure="secure" in given,
        expires=expires,
        discard=expires is None,
        comment=None,
        comment_url=None,
        rest={"HttpOnly": ""} if "httponly" in given else {},
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


def _expiry(given: Mapping[str, str]) -> int | None:
    """Returns seconds since the epoch, None for a session's cookie."""
    max_age = given.get("max-age", "")
    if max_age.removeprefix("-").isdecimal():
        return int(time.time()) + int(max_age) if int(max_age) > 0 else 0
    return _read_date(given["expires"]) if "expires" in given else None


def _read_date(text: str) -> int | None:
    """RFC 6265 5.1.1, in the forms that servers send; a date nobody can read makes a session's cookie."""
    try:
        return int(parsedate_to_datetime(text).replace(tzinfo=UTC).timestamp())
    except (ValueError, TypeError):
        return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_local(host: str) -> bool:
    # As browsers do: a local target needs no TLS for cookies marked Secure.
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
