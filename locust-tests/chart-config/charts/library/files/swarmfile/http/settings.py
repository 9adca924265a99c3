"""What a client sends with each request and how it reaches servers; whoever changes it is noticed."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from requests.utils import get_environ_proxies, select_proxy

from swarmfile.http.auth import auth_header, changes_request
from swarmfile.http.connect import Route, route
from swarmfile.http.errors import InvalidURL
from swarmfile.http.headers import RequestHeaders
from swarmfile.http.request import BASIC_HEADERS, Frame, Plan, make_frame
from swarmfile.http.tls import Tls
from swarmfile.http.url import Origin, Url, is_plain, split

MAX_PLANS = 1024


class Plans(dict[Any, Plan]):
    """Requests planned before, by what they were made of, and their frames."""

    __slots__ = ("__weakref__", "frames")

    def __init__(self) -> None:
        super().__init__()
        self.frames: dict[Any, Frame] = {}


# Users that have the same settings share their plans; a user with a token of its own has its own.
_plans: "WeakValueDictionary[Any, Plans]" = WeakValueDictionary()


class ClientSettings:
    """The attributes of a client that scripts, and clients/swarm.py, set. Each may be assigned at any time.

    base_url      stands before each path; who the tested host is stays as it was
    headers       sent with each request (Authorization only while a redirect stays on its host)
    host_headers  sent towards the tested host only: credentials belong here
    auth          (username, password) for Basic auth, or a callable that changes each request, as in requests
    verify        True, False, or the path of a CA file; for every host
    cert          a PEM file, or (certificate, key), shown to every host that asks
    host_tls      a `Tls` used instead of verify and cert towards the tested host only
    proxies       as in requests: by "scheme://host", "scheme", "all://host" or "all", the most exact first
    trust_env     whether HTTP_PROXY, HTTPS_PROXY and NO_PROXY count too; Locust's own users ignore them
    naming        whose names requests without `name` get: "http" for HttpUser's, "fasthttp" for FastHttpUser's
    """

    # A script may keep attributes of its own here, as on Locust's clients.
    __slots__ = ("__dict__", "__weakref__", "_plans")

    headers: RequestHeaders
    host_headers: RequestHeaders
    proxies: RequestHeaders
    auth: Any
    verify: bool | str
    cert: str | tuple[str, str] | None
    host_tls: Tls | None
    trust_env: bool
    naming: str

    _MAPPINGS = frozenset({"headers", "host_headers", "proxies"})
    _PLAIN = frozenset({"auth", "verify", "cert", "host_tls", "ssl_context_factory", "trust_env", "naming"})

    def __init__(self, base_url: str | None, *, verify: bool | str = True, ssl_context_factory: Any = None) -> None:
        self._plans: Plans | None = None
        self._set_base(base_url)
        self._tested = self.base.origin if self.base else None
        self.ssl_context_factory = ssl_context_factory
        self.headers = RequestHeaders(BASIC_HEADERS)
        self.host_headers = RequestHeaders(auth_header(self.base.userinfo) if self.base else {})
        self.proxies = RequestHeaders()
        self.auth = None
        self.verify = verify
        self.cert = None
        self.host_tls = None
        self.trust_env = False
        self.naming = "http"

    @property
    def base_url(self) -> str:
        """What stands before each path, without user and password, which would end up in names and reports."""
        return self._base_url

    @base_url.setter
    def base_url(self, base_url: str) -> None:
        if split(base_url).userinfo:
            raise InvalidURL("base_url must have no user and password: set client.auth")
        self._set_base(base_url)
        self.settings_changed()

    def _set_base(self, base_url: str | None) -> None:
        self.base: Url | None = split(base_url) if base_url else None
        self._base_url = str(self.base).removesuffix("/") if self.base else ""
        if base_url and base_url.endswith("/"):
            self._base_url += "/"
        prefix = self._base_url.removeprefix(str(self.base.origin)) if self.base else None
        # What stands before each path; None where it needs a closer look.
        self._prefix = prefix if prefix == "" or (prefix and is_plain(prefix)) else None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._MAPPINGS:
            value = RequestHeaders(value, self.settings_changed)
        object.__setattr__(self, name, value)
        if name in self._MAPPINGS or name in self._PLAIN:
            self.settings_changed()

    def settings_changed(self) -> None:
        """Makes the next request plan anew."""
        self._plans = None

    @property
    def plans(self) -> Plans:
        """The plans of all clients with these settings."""
        if self._plans is None:
            self._plans = _plans.setdefault(self._fingerprint(), Plans())
        return self._plans

    def frame(
        self, method: str, way: Route, headers: Mapping[str, Any] | None, auth: Any, in_url: Any, trusted: bool = True
    ) -> Frame:
        """Returns the frame of requests with `headers` and `auth` of their own, `in_url` being the URL's login.

        `trusted`: whether client-wide Authorization may be sent; a redirect to another host may not get it.
        Raises InvalidHeader.
        """
        shared = self.headers if trusted else without_authorization(self.headers)
        own_auth = auth_header(self._basic_auth) if trusted else {}
        hidden = self.host_headers if self.is_tested(way.origin) else {}
        return make_frame(method, way, hidden, shared, own_auth, auth_header(in_url), headers or {}, auth_header(auth))

    def locate(self, url: str) -> Url:
        """Returns where `url`, a path of the tested host or a whole URL, points. Raises InvalidURL."""
        if self._prefix is not None and self.base is not None and is_plain(url):
            return Url(self.base.origin, self._prefix + url)
        return split(url if url[:4].lower() == "http" and "://" in url[:8] else self.base_url + url)

    def is_tested(self, origin: Origin) -> bool:
        """Whether `origin` is the tested host: what belongs to it may be sent there."""
        return self._tested is origin

    def route_to(
        self, url: Url, verify: bool | str | None = None, cert: Any = None, proxies: Mapping[str, str] | None = None
    ) -> Route:
        """Returns the way to a server, by a request's own settings where they are given.

        Raises InvalidURL for a proxy that cannot be used.
        """
        tls = self._tls_for(url.origin) if verify is None and cert is None else self._tls(verify, cert)
        return route(url.origin, tls, self._proxy_for(url, proxies or {}))

    def _tls_for(self, origin: Origin) -> Tls:
        if self.host_tls is not None and self.is_tested(origin):
            return self.host_tls
        return self._tls(None, None)

    def _tls(self, verify: bool | str | None, cert: Any) -> Tls:
        verify = self.verify if verify is None else verify
        cert = self.cert if cert is None else cert
        cert_file, key_file = cert if isinstance(cert, tuple | list) else (cert, None)
        ca_file = verify if isinstance(verify, str) else None
        return Tls(verify is not False, ca_file, cert_file, key_file, self.ssl_context_factory)

    def _proxy_for(self, url: Url, own: Mapping[str, str]) -> Url | None:
        text = str(url)
        environment = get_environ_proxies(text) if self.trust_env else {}
        proxy = select_proxy(text, {**environment, **self.proxies, **own})
        return _proxy(proxy if "://" in proxy else f"http://{proxy}") if proxy else None

    @property
    def _basic_auth(self) -> Any:
        return None if changes_request(self.auth) else self.auth

    def _fingerprint(self) -> Any:
        mappings = tuple(tuple(mapping.items()) for mapping in (self.headers, self.host_headers, self.proxies))
        return (
            self.base_url,
            self._tested,
            self.naming,
            mappings,
            tuple(auth_header(self._basic_auth).items()),
            self.verify,
            self.cert,
            self.host_tls,
            self.ssl_context_factory,
            self.trust_env,
        )


def without_authorization(headers: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields that any server may see."""
    return {name: value for name, value in headers.items() if name.lower() not in ("authorization", "cookie")}


def _proxy(text: str) -> Url:
    url = split(text)
    if url.origin.scheme != "http":
        raise InvalidURL("a proxy must be an http:// URL: TLS towards the proxy itself is not supported")
    return url
