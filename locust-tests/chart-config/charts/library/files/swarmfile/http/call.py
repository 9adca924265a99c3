"""Carries out one call of a script: the request, the redirects it leads to, cookies, content codings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any
from weakref import finalize

from swarmfile.http.connect import Route
from swarmfile.http.connection import Connection
from swarmfile.http.content import decode_content, stream_decoder
from swarmfile.http.cookies import Cookies
from swarmfile.http.errors import TooManyRedirects, as_requests
from swarmfile.http.head import Head
from swarmfile.http.plans import NO_WAY
from swarmfile.http.pool import ConnectionPool, Exchange, Timeouts
from swarmfile.http.redirect import asks_elsewhere, keeps_credentials, next_headers, next_method, next_url
from swarmfile.http.request import Plan
from swarmfile.http.response import SwarmResponse
from swarmfile.http.settings import ClientSettings
from swarmfile.http.url import Url
from swarmfile.http.wire import ResponseParser


# Not frozen: that would cost as much as the rest of a request's preparation.
@dataclass(slots=True)
class Call:
    """What one call of a script asks for, beyond its plan."""

    timeouts: Timeouts
    body: bytes = b""
    content_type: str | None = None
    headers: Mapping[str, Any] | None = None
    cookies: Any = None
    follow: bool = True
    stream: bool = False
    keep_body: bool = True
    way: tuple[Any, ...] = NO_WAY
    # Whether the client's own Authorization may go along; not beyond a redirect to another host.
    trusted: bool = True
    # Called with each response, as requests' are: what one returns takes the response's place.
    hooks: Sequence[Callable[..., Any]] = ()


class Caller:
    """Carries out calls with a client's settings, cookies and connections."""

    def __init__(
        self, settings: ClientSettings, cookies: Cookies, pool: ConnectionPool, max_redirects: int = 30
    ) -> None:
        self.settings = settings
        self.cookies = cookies
        self.pool = pool
        self.max_redirects = max_redirects

    def carry_out(self, plan: Plan, call: Call, started: float, exchange: Exchange | None = None) -> SwarmResponse:
        """Returns the last response, complete, or with its head where `call.stream`.

        `exchange`: the first response, if it is there already. `started`: the moment (perf_counter) that times
        count from. Raises what `Pool.exchange` raises, ContentDecodingError, BodyTooLargeError, TooManyRedirects and
        InvalidURL.
        """
        until = started + call.timeouts.total
        history: list[SwarmResponse] = []
        while True:
            response, head = self._send(plan, call, started, until, exchange)
            exchange = None
            self.take_cookies(plan.url, head)
            for hook in call.hooks:
                response = hook(response, **_hook_options(call)) or response
            if not (call.follow and asks_elsewhere(head)):
                response._history = tuple(history)
                return response
            if len(history) >= self.max_redirects:
                raise TooManyRedirects(f"more than {self.max_redirects} redirects")
            history.append(response)
            response.close()
            plan, call = self._redirected(plan, call, head)

    def wire(self, plan: Plan, call: Call) -> bytes:
        """Returns the bytes of a request."""
        origin, path, jar = plan.url.origin, plan.url.path, self.cookies
        cookies = jar.header_with(call.cookies, origin, path) if call.cookies else jar.header_for(origin, path)
        return plan.with_body(call.body, call.content_type, cookies)

    def take_cookies(self, url: Url, head: Head) -> None:
        """Keeps what a response to `url` sets."""
        for text in head.set_cookies:
            self.cookies.take(text, url.origin, url.path)

    def _send(
        self, plan: Plan, call: Call, started: float, until: float, exchange: Exchange | None
    ) -> tuple[SwarmResponse, Head]:
        if call.stream:
            return self._start_stream(plan, call, started, until)
        if exchange is None:
            exchange = self.pool.exchange(
                plan, self.wire(plan, call), call.timeouts, perf_counter(), until, call.keep_body
            )
        head, body, connection = exchange
        if head.encoding and call.keep_body:
            body = decode_content(body, head.encoding, self.pool.most_bytes)
        response = SwarmResponse(plan, head, body, perf_counter() - started)
        note_times(response, connection, started)
        response._body = call.body
        response.length = len(body) if call.keep_body else connection.body_bytes
        return response, head

    def _start_stream(self, plan: Plan, call: Call, started: float, until: float) -> tuple[SwarmResponse, Head]:
        parser, connection = self.pool.start(plan, self.wire(plan, call), call.timeouts, until)
        assert parser.head is not None
        response = SwarmResponse(plan, parser.head, None, perf_counter() - started)
        note_times(response, connection, started)
        response._body = call.body
        response.length = max(parser.head.length, 0)
        pieces = self._pieces(plan.route, parser, connection, call.timeouts.read)
        # A script that forgets a stream must not keep its connection.
        response._abandon = finalize(response, connection.close)
        response._most_bytes = self.pool.most_bytes
        response._stream = _decoded(pieces, parser.head.encoding, response._abandon)
        return response, parser.head

    def _pieces(self, way: Route, parser: ResponseParser, connection: Connection, timeout: float) -> Iterator[bytes]:
        try:
            while True:
                parts, parser.parts = parser.parts, []
                yield from parts
                if parser.complete:
                    break
                connection.read_more(parser, timeout)
        except OSError as error:
            connection.close()
            raise as_requests(error) from error
        except BaseException:
            connection.close()
            raise
        self.pool.give_back(way, connection)

    def _redirected(self, plan: Plan, call: Call, head: Head) -> tuple[Plan, Call]:
        url = next_url(plan.url, head.location or "")
        method = next_method(plan.method, head.status)
        # As in requests: a PUT that 301 sends elsewhere stays a PUT, but loses its body.
        keeps_body = head.status in (307, 308)
        trusted = call.trusted and keeps_credentials(plan.url.origin, url.origin)
        headers = next_headers(call.headers or {}, keeps_body, trusted)
        call = replace(call, headers=headers, trusted=trusted, cookies=call.cookies if trusted else None)
        if not keeps_body:
            call = replace(call, body=b"", content_type=None)
        way = self.settings.route_to(url, *call.way)
        frame = self.settings.frame(method, way, headers, None, url.userinfo, trusted)
        return Plan(frame, url, plan.key[0]), call


def note_times(response: SwarmResponse, connection: Connection, started: float) -> None:
    """Notes when the first byte came and, where the connection was opened for this request, what that took."""
    if connection.fresh:
        response.connect_ms = connection.connected_in * 1000
    if connection.first_byte_at > started:
        response._first_byte_ms = (connection.first_byte_at - started) * 1000


def _hook_options(call: Call) -> dict[str, Any]:
    verify, cert, proxies = call.way
    timeout = (call.timeouts.connect, call.timeouts.read)
    return {"timeout": timeout, "verify": verify, "cert": cert, "proxies": proxies, "stream": call.stream}


def _decoded(pieces: Iterator[bytes], encoding: str, abandon: Any) -> Iterator[bytes]:
    decode = stream_decoder(encoding)
    for piece in pieces:
        yield from decode(piece)
    abandon.detach()
