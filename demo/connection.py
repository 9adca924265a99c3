"""One client's connection: requests are answered in the order they came, also when they come all at once."""

import asyncio
import sys
import traceback
from collections.abc import Awaitable
from typing import Protocol

from demo.message import Answer, Head, Refusal, Request, Response, failure
from demo.reader import MAX_BODY_BYTES, RequestReader

# A client that reads slower than a flood comes gets more this soon.
FULL_S = 0.005
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Application(Protocol):
    """What a connection needs of the demo target."""

    connections: set["Connection"]

    def answer(self, request: Request) -> Answer:
        """Returns the response, at once or as something to await."""
        ...


class Connection(asyncio.Protocol):
    """Reads requests, has them answered, writes the responses."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._reader = RequestReader()
        self._transport: asyncio.Transport | None = None
        self._pending: asyncio.Task[None] | None = None
        self._writable = True
        self._invited = False
        self._client_is_done = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport and registers with the application."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._app.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Gives up the request in work: nobody waits for its response."""
        self._app.connections.discard(self)
        self._transport = None
        if self._pending:
            self._pending.cancel()

    def data_received(self, data: bytes) -> None:
        """Takes bytes from the client."""
        self._reader.feed(data)
        self._advance()

    def eof_received(self) -> bool:
        """The client will ask no more, but waits for what it asked."""
        self._client_is_done = True
        encrypted = self._transport is not None and self._transport.get_extra_info("ssl_object")
        # TLS knows no connection that is closed on one side only.
        return not self._idle() and not encrypted

    def pause_writing(self) -> None:
        """The client reads slower than it asks: answer nothing until it caught up."""
        self._writable = False

    def resume_writing(self) -> None:
        """The client caught up."""
        self._writable = True
        self._advance()

    @property
    def is_busy(self) -> bool:
        """Whether a request waits for its response."""
        return self._pending is not None

    def abort(self) -> None:
        """Drops the connection without a farewell."""
        if self._transport:
            self._transport.abort()

    def _advance(self) -> None:
        """Answers what is there, one after another, until one has to be awaited."""
        try:
            while self._idle() and (request := self._reader.next_request()):
                self._invited = False
                self._begin(request)
            self._invite_body()
            self._close_when_done()
        except Refusal as refusal:
            self._finish(None, refusal.response)
        self._limit_intake()

    def _idle(self) -> bool:
        return self._pending is None and self._writable and self._transport is not None

    def _begin(self, request: Request) -> None:
        answer = self._app.answer(request)
        if isinstance(answer, Response):
            self._finish(request.head, answer)
        else:
            self._pending = asyncio.ensure_future(self._await(request.head, answer))

    async def _await(self, head: Head, answer: Awaitable[Response]) -> None:
        response = await answer
        self._pending = None
        self._finish(head, response)
        self._advance()

    def _finish(self, head: Head | None, response: Response) -> None:
        if self._transport is None:
            return
        keep_alive = head is not None and head.keeps_alive
        with_body = head is None or head.method != "HEAD"
        self._transport.write(response.encoded(with_body=with_body, keep_alive=keep_alive))
        if response.again:
            self._pending = asyncio.ensure_future(self._flood(response.again))
        elif not keep_alive:
            self._transport.close()
            self._transport = None

    async def _flood(self, piece: bytes) -> None:
        """Writes until the client leaves."""
        while self._transport is not None:
            if self._writable:
                self._transport.write(piece)
            await asyncio.sleep(0 if self._writable else FULL_S)

    def _invite_body(self) -> None:
        head = self._reader.awaited
        if head and self._transport and not self._invited and head.headers.get("expect", "").lower() == "100-continue":
            self._transport.write(CONTINUE)
            self._invited = True

    def _close_when_done(self) -> None:
        if self._client_is_done and self._idle() and self._transport:
            self._transport.close()

    def _limit_intake(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._reader.waiting_bytes > MAX_BODY_BYTES and not self._idle():
            self._transport.pause_reading()
        elif not self._transport.is_reading():
            self._transport.resume_reading()


def defect() -> Response:
    """Returns the answer to a request that met a defect of ours, and writes the defect to the log."""
    traceback.print_exc(file=sys.stderr)
    return failure(500, "the demo target has a defect; see its log")
