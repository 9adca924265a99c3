"""FastHttpUser, whose client is geventhttpclient: its kind, see swarmfile/clients/kind.py.

Credentials are added beneath the client, when a request to the tested host is sent: a redirect carries none of them to
another host, and neither a script nor a failure's report sees them in `response.request`. What a script sets itself
wins: auth=, a header of the same name (also in default_headers), user and password in host, and the class's insecure,
ssl_context_factory, client_pool and proxy_host.

Without credentials FastHttpUser accepts any certificate, as it does in bare Locust. Whoever gets credentials must be
the tested host, so with them its certificate is verified unless `insecure` says otherwise.
"""

import functools
from collections.abc import Callable
from typing import IO, Any
from urllib.request import getproxies_environment

import gevent.ssl
from geventhttpclient.client import HTTPClient, HTTPClientPool
from geventhttpclient.header import Headers
from geventhttpclient.response import HTTPParseError, HTTPResponse, HTTPSocketPoolResponse
from geventhttpclient.url import URL
from locust.contrib.fasthttp import FastHttpSession, FastHttpUser, ResponseContextManager

from swarmfile.clients.kind import judged, traced, watched
from swarmfile.credentials.files import Credentials
from swarmfile.credentials.origin import Origin, ascii_host
from swarmfile.credentials.proxy import proxy_options
from swarmfile.http.chunks import MAX_HEAD_BYTES

USER = FastHttpUser
REDACTED = "[redacted]"
Feed = Callable[[HTTPResponse, bytes], None]


def equip(user: FastHttpUser, credentials: Credentials, target: Origin | None) -> None:
    """See UserKind."""
    if not (credentials.for_requests or getproxies_environment()):
        return
    beneath = user.client.client.clientpool
    own_pool = user.client_pool is not None
    if own_pool:
        user.client.client.clientpool = Pool(beneath, credentials.headers, target)  # type: ignore[assignment]
        return
    options: dict[str, Any] = {"proxied": user.proxy_host is None}
    if target and credentials.for_requests and not class_sets(user, "ssl_context_factory"):
        options["tls"] = tls_options(user, credentials)
    pool = FreshPool(beneath.client_args, target, **options)
    user.client.client.clientpool = Pool(pool, credentials.headers, target)  # type: ignore[assignment]


def send_traceparent() -> None:
    """See UserKind."""
    FastHttpSession.request = traced(FastHttpSession.request)  # type: ignore[method-assign]


def watch() -> None:
    """See UserKind. A head without end is a request without end, too: longer than SwarmHttpUser's may be, it fails."""
    FastHttpSession.request = watched(FastHttpSession.request, lambda _, url: url)  # type: ignore[method-assign]
    ResponseContextManager.__exit__ = judged(ResponseContextManager.__exit__)  # type: ignore[method-assign]
    HTTPResponse.feed = bounded(HTTPResponse.feed)  # type: ignore[method-assign,assignment]


def bounded(feed: Feed) -> Feed:
    """Returns a response's `feed` that counts the bytes of its head, interim responses included.

    geventhttpclient takes headers without end, and the longer the slower: a worker has no time left for anything else.
    """

    @functools.wraps(feed)
    def bounded_feed(response: HTTPResponse, data: bytes) -> None:
        if not response.headers_complete or response.get_code() < 200:
            head_bytes = getattr(response, "swarmfile_head_bytes", 0) + len(data)
            if head_bytes > MAX_HEAD_BYTES:
                raise HTTPParseError("the response's head is longer than 1 MiB")
            response.swarmfile_head_bytes = head_bytes  # type: ignore[attr-defined]
        feed(response, data)

    return bounded_feed


def class_sets(user: FastHttpUser, name: str) -> bool:
    """Returns whether the script's own classes set an attribute that FastHttpUser has too."""
    classes = type(user).__mro__
    return any(name in vars(each) for each in classes[: classes.index(FastHttpUser)])


def tls_options(user: FastHttpUser, credentials: Credentials) -> dict[str, Any]:
    """Returns how HTTPClient connects to the target."""
    insecure = bool(user.insecure) if class_sets(user, "insecure") else credentials.insecure
    return {
        "insecure": insecure,
        "ssl_context_factory": lambda **_: tls_context(insecure, credentials.authority, credentials.certificate),
    }


@functools.cache
def tls_context(insecure: bool, authority: str | None, certificate: tuple[str, str] | None) -> gevent.ssl.SSLContext:
    """Returns the context that all users share: reading the authorities takes 20 ms."""
    context = gevent.ssl.create_default_context(cafile=authority)
    if insecure:
        context.check_hostname = False
        context.verify_mode = gevent.ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(*certificate)
    return context


class Pool:
    """Hands out the clients of a pool beneath, for the target one that fills in headers."""

    def __init__(
        self, beneath: "HTTPClientPool | FreshPool", headers: tuple[tuple[str, str], ...], target: Origin | None
    ) -> None:
        self._beneath = beneath
        self._headers = headers
        self._target = target
        self._filling: tuple[HTTPClient, Filling] | None = None

    def get_client(self, url: URL) -> "HTTPClient | Filling":
        """Returns the client for the URL's host."""
        client = self._beneath.get_client(url)
        if not self._headers or key_of(url) != self._target:
            return client
        if self._filling is None or self._filling[0] is not client:
            self._filling = (client, Filling(client, self._headers))
        return self._filling[1]

    def close(self) -> None:
        """Closes all connections."""
        self._beneath.close()


class FreshPool:
    """Keeps one client for each scheme, host and port, each with the proxy and the TLS that it needs."""

    def __init__(
        self, arguments: dict[str, Any], target: Origin | None, proxied: bool, tls: dict[str, Any] | None = None
    ) -> None:
        self._arguments = arguments
        self._target = target
        self._proxied = proxied
        self._tls = tls or {}
        self._clients: dict[tuple[str, str, int | None], HTTPClient] = {}

    def get_client(self, url: URL) -> HTTPClient:
        """Returns the client for the URL's host."""
        key = key_of(url)
        if key not in self._clients:
            self._clients[key] = self._connected(url, key)
        return self._clients[key]

    def close(self) -> None:
        """Closes all connections."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _connected(self, url: URL, key: tuple[str, str, int | None]) -> HTTPClient:
        proxy = proxy_options(str(url)) if self._proxied else {}
        tls = self._tls if key == self._target else {}
        return HTTPClient.from_url(url, **{**self._arguments, **proxy, **tls})


def key_of(url: URL) -> tuple[str, str, int | None]:
    """Returns scheme, host and port as an Origin has them."""
    return url.scheme, ascii_host(url.host), url.port


class Filling:
    """Sends through a client and adds the headers that a request lacks."""

    def __init__(self, client: HTTPClient, headers: tuple[tuple[str, str], ...]) -> None:
        self._client = client
        self._headers = headers

    def request(
        self, method: str, request_uri: str, body: bytes | str | IO[bytes] | None = b"", headers: Headers | None = None
    ) -> HTTPSocketPoolResponse:
        """Sends one request. Raises as geventhttpclient does."""
        filled = Headers(headers)
        added = [(name, value) for name, value in self._headers if name not in filled]
        for name, value in added:
            filled[name] = value
        response = self._client.request(method, request_uri, body=body, headers=filled)
        for _, value in added:
            # Failures quote the request as it was sent.
            response._sent_request = str(response._sent_request).replace(value, REDACTED)
        return response
