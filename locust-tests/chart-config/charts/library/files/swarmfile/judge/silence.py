"""Notices a worker whose users make no request though they usually do: a lock, a wait, a dead connection pool.

Such users are there and do not load the target. Users who wait for an answer do not count as silent: how long an
answer takes is the target's matter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import gevent
from locust.env import Environment

from swarmfile.clients.users import is_any_in_flight
from swarmfile.definition.validity import Doubt, Reason, Validity
from swarmfile.run.finished import Run

LOOK_S = 0.25
# A look that comes this late was held up itself: the process stood still, which the probe tells.
HELD_UP_S = 1.0
# A standstill is told apart from a script's own rhythm by what follows; each number errs towards saying nothing.
SHORTEST_S = 3.0
# So many requests would have come: by chance, at a Poisson rate, none comes once in e^20 times.
EXPECTED = 20.0
# Users that made fewer requests have shown no pace of their own.
REQUESTS_PER_USER = 3.0
# No other silence of the run is as long as a third of this one, and requests came for at least a quarter as long.
OTHERS, ACTIVE = 1 / 3, 1 / 4


@dataclass(frozen=True)
class Quiet:
    """A time without a request: its length (s), when it began (monotonic), and how many users ran."""

    length_s: float
    began: float
    users: int


@dataclass(frozen=True)
class Standstill:
    """The longest silence of a worker's run: when it began (seconds ago), its length, and that of the next longest (s).

    users: who ran when it began
    requests, active_user_s: how many were made, in how many user-seconds outside this silence
    """

    ago_s: float
    length_s: float
    next_s: float
    users: int
    requests: int
    active_user_s: float

    @property
    def expected(self) -> float:
        """How many requests would have come in it, at the pace that these users have otherwise."""
        return self.requests * self.length_s * self.users / self.active_user_s if self.active_user_s > 0 else 0.0

    @property
    def is_unusual(self) -> bool:
        """Whether the users' own rhythm does not explain it."""
        return (
            self.length_s >= SHORTEST_S
            and self.expected >= EXPECTED
            and self.requests >= REQUESTS_PER_USER * self.users
            and self.next_s < self.length_s * OTHERS
            and self.active_user_s >= self.length_s * self.users * ACTIVE
        )


class SilenceWatch:
    """Looks in one process, four times a second, whether its users make requests."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begins a run."""
        self._since = self._looked = time.monotonic()
        self._last: float | None = None
        self._users, self._user_s = 0, 0.0
        self._longest: list[Quiet] = []

    def run(self, environment: Environment) -> None:
        """Looks for ever."""
        while True:
            gevent.sleep(LOOK_S)
            users = environment.runner.user_count if environment.runner else 0
            self.note(time.monotonic(), users, environment.stats.total.last_request_timestamp)

    def note(
        self, now: float, users: int, last_request: float | None, is_waiting: Callable[[], bool] = is_any_in_flight
    ) -> None:
        """Takes one look; Locust empties its statistics with each report, so no last request is no news."""
        before, self._looked = self._looked, now
        is_new = last_request not in (None, self._last)
        self._last = last_request or self._last
        if self._last is not None:
            self._user_s += users * (now - before)
        if is_new or not users or self._last is None or now - before > HELD_UP_S or is_waiting():
            self._longest = _two([*self._longest, Quiet(before - self._since, self._since, self._users)])
            self._since, self._users = now, users

    def summary(self, requests: int) -> Standstill | None:
        """Returns what is known of the run so far, in which this process made so many requests; None before any."""
        if self._last is None:
            return None
        current = Quiet(self._looked - self._since, self._since, self._users)
        longest, *others = _two([*self._longest, current])
        next_s = max((other.length_s for other in others), default=0.0)
        active_user_s = self._user_s - longest.length_s * longest.users
        return Standstill(
            self._looked - longest.began, longest.length_s, next_s, longest.users, requests, active_user_s
        )


def doubts(
    silences: Mapping[str, tuple[float, Standstill]], run: Run, validity: Validity, *, is_watched: bool
) -> Iterator[Doubt]:
    """Yields a doubt for the longest unusual silence of all workers; each stands with the run's second it began in.

    is_watched: every user's client tells of requests in flight; of another nobody knows whether it waits
    """
    unusual = sorted((each for each in silences.values() if each[1].is_unusual), key=lambda each: each[1].length_s)
    # Arrivals have a pace of their own, and a count of those that did not come.
    if not unusual or run.arrivals:
        return
    from_s, longest = unusual[-1]
    missing_user_s = sum(each.length_s * each.users for _, each in unusual)
    is_tolerable = longest.length_s <= validity.worker_loss_tolerance_s and (
        missing_user_s <= run.delivery.planned_user_s * validity.delivery_tolerance
    )
    yield Doubt(
        Reason.LOAD_NOT_DELIVERED,
        f"{sum(each.users for _, each in unusual)} users made no request for {longest.length_s:.0f} s (from second "
        f"{max(0.0, from_s):.0f}) and waited for no answer, where {sum(each.expected for _, each in unusual):.0f} "
        "requests were usual: look for a lock or a wait in the script",
        only_warns=is_tolerable or not is_watched,
    )


def _two(spans: Sequence[Quiet]) -> list[Quiet]:
    return sorted(spans, key=lambda span: span.length_s, reverse=True)[:2]
