"""Counts the requests of this process that nobody answered: because they hang, or because they were cut off.

Locust drops a request whose user is stopped: a target that hangs would pass. One that hangs is a failure. Any stop
finds others in flight that would have been answered: those are counted as cut off.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from gevent import Timeout
from locust.env import Environment
from locust.event import EventHook

from swarmfile.run.slowest import Slowest

KEY = "swarmfile_unanswered"


@dataclass
class Unanswered:
    """A run's requests that were sent and not answered, beside those that Locust counts as failed itself.

    hung       waited so long that they are failures, and are counted as such
    cut_off    in flight when their users were stopped
    in_flight  still waiting: their users have ended without them
    """

    hung: int = 0
    cut_off: int = 0
    in_flight: int = 0

    def __add__(self, other: Unanswered) -> Unanswered:
        return Unanswered(self.hung + other.hung, self.cut_off + other.cut_off, self.in_flight + other.in_flight)

    def as_dict(self) -> dict[str, int]:
        """Returns what a worker reports, and metrics.json."""
        return asdict(self)


class UnansweredError(Exception):
    """What Locust counts such a request by."""


class Watch:
    """What this process knows of its requests: the run's counts, and how long answers take."""

    def __init__(self) -> None:
        self.counts = Unanswered()
        self.slowest = Slowest()

    def begin(self, environment: Environment) -> None:
        """A run began."""
        # Requests of a run before may still be in flight.
        self.counts = Unanswered(in_flight=self.counts.in_flight)
        self.slowest.begin(environment.stats)

    def interrupted(self, error: BaseException, event: EventHook, method: str, name: str, started: float) -> None:
        """Counts a request that has waited since `started` (perf_counter) and that `error` ends."""
        waited_ms = (time.perf_counter() - started) * 1000
        if isinstance(error, Timeout):
            fire(event, method, name, waited_ms, f"no answer until the script's own gevent.Timeout: {error}")
        elif self.slowest.hangs(method, name, waited_ms):
            self.counts.hung += 1
            fire(event, method, name, waited_ms, "no answer until its user was stopped")
        else:
            self.counts.cut_off += 1

    def report(self, data: dict[str, Any], users: int) -> None:
        """Adds the counts to a report that Locust has filled; while users run, some are in flight."""
        self.slowest.note(data["stats"])
        data[KEY] = self.counts.as_dict() | ({"in_flight": 0} if users else {})


OF_PROCESS = Watch()


def fire(event: EventHook, method: str, name: str, waited_ms: float, why: str) -> None:
    """Fires Locust's request event for a request without an answer."""
    event.fire(
        request_type=method,
        name=name,
        response_time=waited_ms,
        response_length=0,
        exception=UnansweredError(why),
        context={},
        response=None,
        start_time=time.time() - waited_ms / 1000,
        url=name,
    )
