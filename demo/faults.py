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

import errno
import gzip
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from itertools import repeat

import gevent
from gevent.event import Event
from werkzeug.exceptions import BadRequest

from demo.answers import EndlessHead, Request, Response, as_json


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


class Dropped(BrokenPipeError):  # noqa: N818 - what happened on demand is no error
    """Ends a connection without an answer: the server takes it for one that the client ended."""

    def __init__(self) -> None:
        super().__init__(errno.EPIPE, "dropped on demand")


BOMB_BYTES = 200 << 20
PIECE = bytes(1 << 16)


def oversized(mode: Mode) -> Response | None:
    """Returns what a client with a limit refuses; None in other modes."""
    if mode is Mode.FLOOD:
        return Response(repeat(PIECE))
    if mode is Mode.HEAD:
        return EndlessHead()
    return Response(bomb(), headers={"Content-Encoding": "gzip"}) if mode is Mode.BOMB else None


@cache
def bomb() -> bytes:
    """Returns a body that is large once it is inflated."""
    return gzip.compress(bytes(BOMB_BYTES))


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
    """The present fault, and the requests that wait for its end."""

    def __init__(self) -> None:
        self.mode = Mode.OK
        self.on_change: Callable[[Mode], None] = lambda _: None
        self._rate = 1.0
        self._share = Share()
        self._over = Event()
        self._order = object()

    def set(self, request: Request) -> Response:
        """POST /admin/faults."""
        wish = request.json_object()
        mode, for_s, rate = _mode(wish), _number(wish, "for_s"), _number(wish, "rate")
        if mode is Mode.REFUSE and for_s is None:
            raise BadRequest("for_s: refuse needs it, since nobody could reach the target to end it")
        self._rate = 1.0 if rate is None else rate
        self.begin(mode, for_s)
        return self.show(request)

    def show(self, request: Request) -> Response:  # noqa: ARG002
        """GET /admin/faults."""
        return as_json({"mode": self.mode, "rate": self._rate})

    def begin(self, mode: Mode, for_s: float | None = None) -> None:
        """Ends the present fault and begins another, for a time or for good."""
        self._order = order = object()
        if for_s is not None:
            gevent.spawn_later(for_s, self._end, order)
        if mode is not self.mode:
            self.mode = mode
            self._over.set()
            self._over = Event()
            self.on_change(mode)

    def _end(self, order: object) -> None:
        if order is self._order:
            self.begin(Mode.OK)

    def fails_now(self) -> bool:
        """Whether this request is one that is answered with an error."""
        return self.mode is Mode.ERRORS and self._share.picks(self._rate)

    def hold(self) -> None:
        """Holds a request that came in now until its fault is over. Raises Dropped where that leaves no answer."""
        mode = self.mode  # What counts is the mode now: at the end of the fault it is another one.
        if mode in (Mode.STALL, Mode.HANG, Mode.REFUSE):
            self._over.wait()
        if mode in (Mode.HANG, Mode.REFUSE):
            raise Dropped


def _mode(wish: dict[str, object]) -> Mode:
    try:
        return Mode(str(wish.get("mode")))
    except ValueError:
        raise BadRequest(f"mode: write one of {', '.join(Mode)}") from None


def _number(wish: dict[str, object], key: str) -> float | None:
    value = wish.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise BadRequest(f"{key}: write a number of at least 0")
    return float(value)
