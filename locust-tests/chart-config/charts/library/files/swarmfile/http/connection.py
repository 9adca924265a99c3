"""One HTTP connection: sends a request, reads its response.

The read watcher stays on between requests, so that libev need not tell the kernel anything per request, and so
that a connection that the server closes while nobody uses it is known to be closed before a request goes out on it.
"""

import _socket
from math import inf
from time import perf_counter

from gevent import getcurrent

from swarmfile.http.errors import ConnectionClosedError
from swarmfile.http.head import UNTIL_CLOSE, Head, known_heads, read_head
from swarmfile.http.tls import TlsStream
from swarmfile.http.transport import RECEIVE_BYTES, Transport
from swarmfile.http.wire import ResponseParser

Response = tuple[Head, bytes]


class StaleConnectionError(Exception):
    """A connection that had served before ended without a byte of a response: the server was closing it.

    `nothing_sent`: the server cannot have seen any of the request.
    """

    def __init__(self, reason: Exception, nothing_sent: bool) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.nothing_sent = nothing_sent


class Connection(Transport):
    """A connection to a server. After any exception it must be closed."""

    __slots__ = ("body_bytes", "connected_in", "first_byte_at", "fresh", "most_bytes", "opened_at", "reusable", "until")

    def __init__(self, socket: _socket.socket) -> None:
        super().__init__(socket)
        self.fresh = True
        # Whether the last exchange left it fit for another.
        self.reusable = False
        self.opened_at = perf_counter()
        # Seconds that opening took.
        self.connected_in = 0.0
        self.first_byte_at = 0.0
        # The size of the last body that was not kept.
        self.body_bytes = 0
        # The size of a body that may be kept; one that a single read brings is not measured.
        self.most_bytes = inf
        # The moment (perf_counter) by which the exchange must be over.
        self.until = inf

    def exchange(self, request: bytes, method: str, start: float, timeout: float, keep_body: bool = True) -> Response:
        """Sends `request` and returns the response's head and body, as transferred.

        `timeout`: seconds that the server may be silent, from `start` (perf_counter's now). Raises ReadTimeout,
        MalformedResponseError, BodyTooLargeError, SSLError, ConnectionClosedError, OSError, and StaleConnectionError
        where the server may have closed the connection before.
        """
        data = self._send_and_receive(request, start, timeout)
        # A response that one read brought whole: the common case, and a fast one.
        end = data.find(b"\r\n\r\n") + 4
        head = known_heads.get(data[:end])
        if head is None and end > 3:
            head = read_head(data[:end])
        if head is not None and head.length == len(data) - end and keep_body and method != "HEAD":
            if not head.keep_alive:
                self.reusable = False
            self._watcher.start(self._on_idle)
            return head, data[end:]
        self._watcher.stop()
        parser = ResponseParser(method, keep_body, self.most_bytes)
        self.first_byte_at = perf_counter()
        self._feed(parser, data)
        while not parser.complete:
            self.read_more(parser, timeout)
        assert parser.head is not None
        self.body_bytes = parser.body_bytes
        return parser.head, parser.body

    def start(self, request: bytes, method: str, timeout: float) -> ResponseParser:
        """Does what `exchange` does, but returns as soon as the head is complete; `read_more` reads on."""
        parser = ResponseParser(method)
        data = self._send_and_receive(request, perf_counter(), timeout)
        self._watcher.stop()
        self.first_byte_at = perf_counter()
        self._feed(parser, data)
        while parser.head is None:
            self.read_more(parser, timeout)
        return parser

    def read_more(self, parser: ResponseParser, timeout: float) -> None:
        """Feeds what the server sends next. Raises what `exchange` raises."""
        self.set_deadline(min(perf_counter() + timeout, self.until))
        self._feed(parser, self.receive())

    def _send_and_receive(self, request: bytes, start: float, timeout: float) -> bytes:
        """Returns the first piece of the response, never empty."""
        self.since, self.patience = start, timeout
        if start + timeout < self._armed_until:
            self._arm(start + timeout)
        self.reusable = True
        tls = self.tls
        self._send_request(request if tls is None else tls.encrypt(request))
        self._waiting = current = getcurrent()
        self._watcher.start(current.switch)
        self._switch_to_hub()
        self._waiting = None
        try:
            data = self.socket.recv(RECEIVE_BYTES)
        except BlockingIOError:
            data = b""
        except OSError as error:
            raise self._stale_or(error) from None
        if data and tls is not None:
            data = self._decrypt(tls, data)
        if data:
            return data
        self._watcher.stop()
        return self._first_piece()

    def _send_request(self, request: bytes) -> None:
        try:
            sent = self.socket.send(request)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            if not self.fresh:
                raise StaleConnectionError(error, nothing_sent=True) from None
            # The server may have answered before it closed.
            self.reusable = False
            return
        if sent == len(request):
            return
        self._watcher.stop()
        try:
            self.reusable = self.send_raw(request[sent:], patient=self.tls is not None)
        except ConnectionError:
            # A server may answer and close before it took the whole request: the answer counts, if there is one.
            self.reusable = False

    def _first_piece(self) -> bytes:
        try:
            data = b"" if self.tls is not None and self.tls.closed else self.receive()
        except ConnectionError as error:
            raise self._stale_or(error) from None
        if not data:
            raise self._stale_or(ConnectionClosedError("the server closed the connection without a response"))
        return data

    def _stale_or(self, error: Exception) -> Exception:
        return error if self.fresh else StaleConnectionError(error, nothing_sent=False)

    def _feed(self, parser: ResponseParser, data: bytes) -> None:
        if data:
            parser.feed(data)
        else:
            self._end(parser)
        if parser.complete and parser.head is not None:
            self.reusable = self.reusable and bool(data) and parser.head.keep_alive and not parser.leftover
            self._rest()

    def _end(self, parser: ResponseParser) -> None:
        parser.end()
        # RFC 9112 9.8: over TLS only the closing alert says that such a body is complete.
        if self.tls is not None and not self.tls.closed and parser.head and parser.head.length == UNTIL_CLOSE:
            raise ConnectionClosedError(
                "the server closed the connection without TLS's closing alert: the body may be cut"
            )

    def _rest(self) -> None:
        if self.reusable:
            self._watcher.start(self._on_idle)

    def _on_idle(self) -> None:
        """Runs in the hub: the server closed the connection, or sent what nobody asked for."""
        if self.tls is None or self._is_over(self.tls):
            self.close()

    def _is_over(self, tls: TlsStream) -> bool:
        """TLS sends session tickets and key updates between responses."""
        try:
            data = self.socket.recv(RECEIVE_BYTES)
            return not data or bool(tls.decrypt(data)) or tls.closed or not self._answers(tls)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _answers(self, tls: TlsStream) -> bool:
        answer = tls.to_send()
        return not answer or self.socket.send(answer) == len(answer)
