"""Opens connections: resolves, connects, goes through a proxy, shakes hands."""

import _socket
import errno
import os
import ssl
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from math import inf

from gevent import Timeout
from gevent import socket as gevent_socket

from swarmfile.http.connection import Connection
from swarmfile.http.errors import ConnectTimeout, ProxyError, SSLError
from swarmfile.http.tls import Tls, TlsStream, context_for
from swarmfile.http.transport import Transport
from swarmfile.http.url import Origin, Url
from swarmfile.http.wire import ResponseParser

Address = tuple[int, tuple[str | int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """How to reach an origin: https goes through a proxy by CONNECT, http asks the proxy itself.

    `route` returns the same object for the same way, so that connections are found without comparing.
    """

    origin: Origin
    tls: Tls
    proxy: Url | None = None


@cache
def route(origin: Origin, tls: Tls, proxy: Url | None = None) -> Route:
    """Returns the one route of these parts."""
    return Route(origin, tls, proxy)


def open_connection(way: Route, timeout: float, session: ssl.SSLSession | None = None) -> Connection:
    """Returns a connection by `way`, resolving names anew.

    `timeout`: seconds for all of it. `session`: a TLS session to resume. Raises ConnectTimeout, ProxyError,
    SSLError, ConnectionClosedError and OSError (of which socket.gaierror is one).
    """
    expired = ConnectTimeout("no connection within the timeout")
    with Timeout(None if timeout == inf else timeout, expired):
        return _open(way, session)


def basic_auth(username: str | bytes, password: str | bytes) -> str:
    """Returns the value of an Authorization field (RFC 7617), in the Latin-1 that requests sends too."""
    pair = b":".join(part.encode("latin-1") if isinstance(part, str) else part for part in (username, password))
    return "Basic " + b64encode(pair).decode("ascii")


def _open(way: Route, session: ssl.SSLSession | None) -> Connection:
    first_hop = way.proxy.origin if way.proxy else way.origin
    connection = Connection(_connect_any(first_hop))
    try:
        if way.proxy and way.origin.scheme == "https":
            _open_tunnel(connection, way.proxy, way.origin)
        if way.origin.scheme == "https":
            _start_tls(connection, way.origin.host, way.tls, session)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_any(origin: Origin) -> _socket.socket:
    """Tries the addresses in the resolver's order, which is how names with several of them spread load."""
    failure: OSError = OSError(f"{origin.host} has no address")
    for family, address in _resolve(origin.host, origin.port):
        try:
            return _connect(family, address)
        except ConnectTimeout:
            raise
        except OSError as error:
            failure = error
    raise failure


def _resolve(host: str, port: int) -> list[Address]:
    # gevent resolves in a thread; an address needs none.
    for family in (_socket.AF_INET, _socket.AF_INET6):
        try:
            _socket.inet_pton(family, host)
        except OSError:
            continue
        return [(family, (host, port))]
    found = gevent_socket.getaddrinfo(host, port, 0, _socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


def _connect(family: int, address: tuple[str | int, ...]) -> _socket.socket:
    socket = _socket.socket(family, _socket.SOCK_STREAM)
    try:
        socket.setblocking(False)
        socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        _finish_connecting(socket, socket.connect_ex(address))
    except BaseException:
        socket.close()
        raise
    return socket


def _finish_connecting(socket: _socket.socket, code: int) -> None:
    if code == errno.EINPROGRESS:
        gevent_socket.wait_write(socket.fileno())
        code = socket.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


def _open_tunnel(connection: Transport, proxy: Url, origin: Origin) -> None:
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    lines = [f"CONNECT {host}:{origin.port} HTTP/1.1", f"Host: {host}:{origin.port}"]
    if proxy.userinfo:
        lines.append(f"Proxy-Authorization: {basic_auth(*proxy.userinfo)}")
    connection.send_all("\r\n".join([*lines, "", ""]).encode("latin-1"))
    # Like a response to HEAD, a successful one to CONNECT ends with its head.
    parser = ResponseParser("HEAD")
    while not parser.complete:
        data = connection.receive()
        if not data:
            parser.end()
        parser.feed(data)
    if parser.head is None or not 200 <= parser.head.status < 300 or parser.leftover:
        raise ProxyError(f"the proxy refused the tunnel: {parser.head.status if parser.head else 'no answer'}")


def _start_tls(connection: Transport, host: str, tls: Tls, session: ssl.SSLSession | None) -> None:
    stream = TlsStream(context_for(tls), host, session)
    while not stream.shake_hands():
        connection.send_raw(stream.to_send(), patient=True)
        data = connection.receive()
        if not data:
            raise SSLError("the server closed the connection during the TLS handshake")
        stream.receive(data)
    connection.send_raw(stream.to_send(), patient=True)
    connection.tls = stream
