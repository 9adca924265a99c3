"""Misbehaviour on demand, so that tests can see what a run says about a target that fails.

POST /admin/faults {"mode": MODE, "for_s": seconds}; without for_s it stays until the next one.
  ok      answers as it should
  errors  answers 500; a share of the requests with "rate": 0 to 1
  stall   holds every request and answers all of them when the stall is over
  hang    never answers; the connections are dropped when the fault is over
  flood   answers with a body that never ends
  bomb    answers with 200 KB of gzip that are 200 MB
  head    answers with headers that never end
  refuse  closes the listening socket and every connection; needs for_s, since nobody could end it
"""

import asyncio
import gzip
from collections.abc import Callable
from enum import StrEnum
from functools import cache

from demo.message import Refusal, Request, Response, as_json, failure


class Mode(StrEnum):
    """How the target behaves."""

    OK = "ok"
    ERRORS = "errors"
    STALL = "stall"
    HANG = "hang"
    FLOOD = "flood"
    BOMB = "bomb"
    HEAD = "head"
    REFUSE = "refuse"


BOMB_BYTES = 200 << 20
CHUNK = b"10000\r\n" + bytes(1 << 16) + b"\r\n"
FIELDS = (b"X-Filler: " + b"x" * 1000 + b"\r\n") * 64


@cache
def oversized(mode: Mode) -> Response | None:
    """Returns what a client with a limit refuses; None in other modes."""
    return {
        Mode.FLOOD: lambda: Response(200, flood=b"Transfer-Encoding: chunked\r\n\r\n", again=CHUNK),
        Mode.HEAD: lambda: Response(200, flood=b"X-Endless: yes\r\n", again=FIELDS),
        Mode.BOMB: lambda: Response(200, gzip.compress(bytes(BOMB_BYTES)), headers=(("Content-Encoding", "gzip"),)),
    }.get(mode, lambda: None)()


class Share:
    """Picks an exact share of the calls, evenly spread: 0.25 picks each fourth."""

    def __init__(self) -> None:
        self._sum = 0.0

    def picks(self, rate: float) -> bool:
        """Whether this call is one of the share."""
        self._sum += rate
        # Ten times 0.1 is a little below 1.
        if self._sum < 1 - 1e-9:
            return False
        self._sum -= 1
        return True


class Faults:
    """The present fault and those who wait for its end."""

    def __init__(self) -> None:
        self.mode = Mode.OK
        self.on_change: Callable[[Mode, Mode], None] = lambda *_: None
        self._rate = 1.0
        self._share = Share()
        self._over = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    def set(self, request: Request) -> Response:
        """POST /admin/faults."""
        wish = request.json_object()
        mode, for_s, rate = _mode(wish), _number(wish, "for_s"), _number(wish, "rate")
        if mode is Mode.REFUSE and for_s is None:
            raise Refusal(failure(400, "for_s: refuse needs it, since nobody could reach the target to end it"))
        self._rate = 1.0 if rate is None else rate
        self.begin(mode, for_s)
        return self.show(request)

    def show(self, request: Request) -> Response:  # noqa: ARG002
        """GET /admin/faults."""
        return as_json({"mode": self.mode, "rate": self._rate})

    def begin(self, mode: Mode, for_s: float | None = None) -> None:
        """Ends the present fault and begins another, for a time or for good."""
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(for_s, self.begin, Mode.OK) if for_s is not None else None
        self._over.set()
        self._over = asyncio.Event()
        before, self.mode = self.mode, mode
        if before is not mode:
            self.on_change(before, mode)

    def fails_now(self) -> bool:
        """Whether this request is one that is answered with an error."""
        return self.mode is Mode.ERRORS and self._share.picks(self._rate)

    async def wait_until_over(self) -> None:
        """Waits for the end of the present fault."""
        await self._over.wait()


def _mode(wish: dict[str, object]) -> Mode:
    try:
        return Mode(str(wish.get("mode")))
    except ValueError:
        raise Refusal(failure(400, f"mode: write one of {', '.join(Mode)}")) from None


def _number(wish: dict[str, object], key: str) -> float | None:
    value = wish.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise Refusal(failure(400, f"{key}: write a number of at least 0"))
    return float(value)
