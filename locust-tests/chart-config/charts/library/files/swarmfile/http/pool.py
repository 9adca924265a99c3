"""A user's connections: kept alive, replaced when they are old or closed, opened where there is none."""

import ssl
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import inf
from time import perf_counter
from typing import Any
from weakref import WeakSet, finalize

import urllib3

from swarmfile.http.connect import Route, open_connection
from swarmfile.http.connection import Connection, StaleConnectionError
from swarmfile.http.head import Head
from swarmfile.http.request import Plan
from swarmfile.http.wire import ResponseParser

Exchange = tuple[Head, bytes, Connection]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect (names, proxy and TLS included), between two pieces of a response, for a whole request."""

    connect: float = 60.0
    read: float = 60.0
    total: float = inf

    @classmethod
    @cache
    def of(cls, connect: float | None, read: float | None, total: float | None) -> "Timeouts":
        """Returns timeouts of which None is none; the same object for the same seconds."""
        return cls(*(inf if seconds is None else float(seconds) for seconds in (connect, read, total)))

    def override(self, given: Any) -> "Timeouts":
        """Returns the timeouts with a request's own, of which None is none.

        `given`: a number for both, (connect, read), (connect, read, total), or urllib3's Timeout.
        Raises ValueError for what is no number of seconds above zero.
        """
        if isinstance(given, urllib3.Timeout):
            given = (given.connect_timeout, given.read_timeout)
        connect, read, *total = given if isinstance(given, tuple | list) else (given, given)
        for seconds in (connect, read, *total):
            if seconds is not None and not (isinstance(seconds, int | float) and seconds > 0):
                raise ValueError(f"timeout={given!r}: write seconds above zero, or None for no limit")
        return Timeouts.of(connect, read, total[0] if total else self.total)


DEFAULT_TIMEOUTS = Timeouts()


class ConnectionPool:
    """Connections by route. Several greenlets of a user may use it at once: each gets a connection of its own."""

    __slots__ = (
        *("__weakref__", "_kept", "_kept_route", "_most_bytes", "_opened", "_opening", "_others", "_sessions"),
        "lifetime",
    )

    def __init__(self, lifetime: float = inf) -> None:
        # Seconds after which a connection is replaced, so that its name is resolved anew.
        self.lifetime = lifetime
        self._most_bytes = inf
        # Most users have one connection: it is found without a dict and a list, which cost a request 5%,
        # with 500 users 9%, as theirs are in no cache when their turn comes.
        self._kept: Connection | None = None
        self._kept_route: Route | None = None
        # Further ones that nobody uses.
        self._others: dict[Route, list[Connection]] = {}
        self._opened: list[Connection] = []
        self._opening = 0
        self._sessions: dict[Route, ssl.SSLSession] = {}
        # gevent keeps what it watches: without this, connections would outlive their user.
        finalize(self, close_all, self._opened).atexit = False
        _POOLS.add(self)

    @property
    def unused(self) -> list[Connection]:
        """Those that wait for a request, also if they are closed by now."""
        kept = [] if self._kept is None else [self._kept]
        return [*kept, *chain.from_iterable(self._others.values())]

    @property
    def is_waiting(self) -> bool:
        """Whether somebody waits for a connection, or for what comes over one."""
        return self._opening > 0 or any(connection.is_waiting for connection in self._opened)

    @property
    def most_bytes(self) -> float:
        """The size of a body that may be kept. Connections have it too, so that no request asks for it."""
        return self._most_bytes

    @most_bytes.setter
    def most_bytes(self, most_bytes: float) -> None:
        self._most_bytes = most_bytes
        for connection in self._opened:
            connection.most_bytes = most_bytes

    def exchange(
        self, plan: Plan, wire: bytes, timeouts: Timeouts, start: float, until: float = inf, keep_body: bool = True
    ) -> Exchange:
        """Sends `wire` and returns head, body and the connection that brought them.

        `start`: now; `until`: the moment by which all must be over (both perf_counter's).
        Raises what connections raise.
        """
        connection = self._kept
        if connection is not None and self._kept_route is plan.route and self.lifetime == inf and not connection.closed:
            self._kept = None
            connection.fresh = False
        else:
            connection = self._take(plan.route, timeouts, until)
            start = perf_counter()
        read = timeouts.read
        while True:
            connection.until = until
            try:
                head, body = connection.exchange(
                    wire, plan.method, start, read if until == inf else _left(read, until), keep_body
                )
            except StaleConnectionError as stale:
                connection = self._replace(connection, stale, plan, timeouts, until)
                start = perf_counter()
                continue
            except BaseException:
                connection.close()
                raise
            self.give_back(plan.route, connection)
            return head, body, connection

    def start(self, plan: Plan, wire: bytes, timeouts: Timeouts, until: float) -> tuple[ResponseParser, Connection]:
        """Does what `exchange` does, but returns with the head; whoever reads the body gives the connection back."""
        connection = self._take(plan.route, timeouts, until)
        while True:
            connection.until = until
            try:
                return connection.start(wire, plan.method, _left(timeouts.read, until)), connection
            except StaleConnectionError as stale:
                connection = self._replace(connection, stale, plan, timeouts, until)
            except BaseException:
                connection.close()
                raise

    def give_back(self, route: Route, connection: Connection) -> None:
        """Keeps a connection for the next request, or closes it."""
        if connection.fresh and connection.tls is not None and connection.tls.session is not None:
            # TLS 1.3 hands the session out after the handshake, with the first response at the latest.
            self._sessions[route] = connection.tls.session
        if not connection.reusable:
            connection.close()
        elif self._kept is None or self._kept.closed:
            self._kept, self._kept_route = connection, route
        else:
            self._others.setdefault(route, []).append(connection)

    def close(self) -> None:
        """Closes all connections that nobody uses."""
        close_all(self.unused)

    def interrupt(self) -> None:
        """Ends the requests that are in flight. Only for the hub."""
        for connection in [*self._opened]:
            connection.interrupt()

    def _take(self, route: Route, timeouts: Timeouts, until: float) -> Connection:
        while (connection := self._pop(route)) is not None:
            if connection.closed:
                continue
            if self.lifetime == inf or perf_counter() - connection.opened_at < self.lifetime:
                connection.fresh = False
                return connection
            connection.close()
        return self._open(route, timeouts, until)

    def _pop(self, route: Route) -> Connection | None:
        if self._kept is not None and self._kept_route is route:
            connection, self._kept = self._kept, None
            return connection
        others = self._others.get(route)
        return others.pop() if others else None

    def _open(self, route: Route, timeouts: Timeouts, until: float) -> Connection:
        started = perf_counter()
        self._opening += 1
        try:
            connection = open_connection(route, _left(timeouts.connect, until), self._sessions.get(route))
        finally:
            self._opening -= 1
        connection.connected_in = perf_counter() - started
        connection.most_bytes = self._most_bytes
        self._opened[:] = [each for each in self._opened if not each.closed]
        self._opened.append(connection)
        return connection

    def _replace(
        self, connection: Connection, stale: StaleConnectionError, plan: Plan, timeouts: Timeouts, until: float
    ) -> Connection:
        """Where it is safe to send the request again, that happens once: a fresh connection is never stale."""
        connection.close()
        if not (stale.nothing_sent or plan.idempotent):
            raise stale.reason
        return self._open(plan.route, timeouts, until)


# Every user's that lives.
_POOLS: "WeakSet[ConnectionPool]" = WeakSet()


def is_any_waiting() -> bool:
    """Returns whether a request of any user of this process is in flight; requests themselves count nothing for it."""
    return any(pool.is_waiting for pool in _POOLS)


def close_all(connections: list[Connection]) -> None:
    """Closes connections; again is harmless."""
    for connection in connections:
        connection.close()


def _left(timeout: float, until: float) -> float:
    return min(timeout, max(until - perf_counter(), 0.0)) if until != inf else timeout
