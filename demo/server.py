"""The target as a whole: routing, counting, access and faults, behind a listening socket."""

import asyncio
import ssl
import sys
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, replace

from demo.access import Access
from demo.connection import Connection, defect
from demo.counts import Counts
from demo.faults import Faults, Mode, oversized
from demo.message import Answer, Refusal, Request, Response, as_json, failure
from demo.routing import Match, Route, Router

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
REOPEN_EVERY_S = 0.05
DROP_AFTER_S = 0.01


@dataclass(frozen=True)
class Address:
    """Where to listen; port 0 takes a free one."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


class Target:
    """Answers requests and knows every open connection."""

    def __init__(self, routes: Iterable[Route], access: Access) -> None:
        self.connections: set[Connection] = set()
        self._access, self.counts, self.faults = access, Counts(), Faults()
        self._router = Router((*routes, *self._controls()))

    def _controls(self) -> tuple[Route, ...]:
        counts, faults = self.counts, self.faults
        return (
            Route("GET", "/health", lambda _: as_json({"status": "ok"}), control=True, protected=False),
            Route("GET", "/count", counts.show, control=True, protected=False),
            Route("DELETE", "/count", counts.forget, control=True, protected=False),
            Route("POST", "/count/reset", counts.forget, control=True, protected=False),
            Route("GET", "/admin/faults", faults.show, control=True),
            Route("POST", "/admin/faults", faults.set, control=True),
        )

    def answer(self, request: Request) -> Answer:
        """Returns the response, or something to await where it takes time."""
        match = self._router.find(request.head.method, request.head.path)
        request = replace(request, params=match.params) if match.params else request
        if match.route.control:
            return self._handle(match, request)
        method = request.head.method if request.head.method in METHODS else "OTHER"
        self.counts.received(method, match.route.template)
        if self.faults.mode in (Mode.STALL, Mode.HANG, Mode.REFUSE):
            return self._counted(method, match, self._after_fault(match, request))
        if huge := oversized(self.faults.mode):
            answer: Answer = huge
        else:
            fails = self.faults.fails_now()
            answer = failure(500, "this is a fault on demand") if fails else self._handle(match, request)
        if not isinstance(answer, Response):
            return self._counted(method, match, answer)
        self.counts.answered(method, match.route.template, answer.status)
        return answer

    def _handle(self, match: Match, request: Request) -> Answer:
        refusal = self._access.refusal(request) if match.route.protected else None
        if refusal:
            return refusal
        try:
            return match.route.handler(request)
        except Refusal as early:
            return early.response
        except Exception:
            return defect()

    async def _counted(self, method: str, match: Match, answer: Awaitable[Response]) -> Response:
        try:
            response = await answer
        except Refusal as early:
            response = early.response
        except Exception:
            response = defect()
        self.counts.answered(method, match.route.template, response.status)
        return response

    async def _after_fault(self, match: Match, request: Request) -> Response:
        if self.faults.mode is not Mode.STALL:
            await asyncio.Event().wait()  # For ever: the connection's end cancels it.
        while self.faults.mode is Mode.STALL:
            await self.faults.wait_until_over()
        answer = self._handle(match, request)
        return answer if isinstance(answer, Response) else await answer


class Listener:
    """The listening socket, which a fault can close and open again at the same port."""

    def __init__(self, target: Target, address: Address) -> None:
        self._target, self.address = target, address
        self._server: asyncio.Server | None = None
        self._reopening: asyncio.Task[None] | None = None
        target.faults.on_change = self._on_fault_changed

    async def open(self) -> None:
        """Begins to listen. Raises OSError when the port is taken."""
        host, port, tls = self.address.host, self.address.port, self.address.tls
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self._target), host, port, ssl=tls, backlog=1024)
        self.address = replace(self.address, port=self._server.sockets[0].getsockname()[1])

    def _on_fault_changed(self, before: Mode, after: Mode) -> None:
        open_now = tuple(self._target.connections)
        if before is Mode.HANG:
            drop(each for each in open_now if each.is_busy)
        if after is Mode.REFUSE and self._server:
            self._server.close()
            self._server = None
            # The response to the order itself leaves first.
            asyncio.get_running_loop().call_later(DROP_AFTER_S, drop, open_now)
        elif self._server is None and self._reopening is None:
            self._reopening = asyncio.ensure_future(self._reopen())

    async def _reopen(self) -> None:
        while self._server is None:
            try:
                await self.open()
            except OSError as error:
                sys.stderr.write(f"demo: cannot listen at {self.address} again yet: {error}\n")
                await asyncio.sleep(REOPEN_EVERY_S)
        self._reopening = None


def drop(connections: Iterable[Connection]) -> None:
    """Ends connections without a farewell."""
    for connection in connections:
        connection.abort()
