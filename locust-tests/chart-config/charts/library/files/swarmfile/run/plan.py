"""How many users should run at each moment: what Locust was told, with its ramps, never a copy of the definition."""

from bisect import bisect_right
from dataclasses import dataclass, field

from swarmfile.run.delivery import SHORTFALL


@dataclass(frozen=True)
class Requested:
    """At `at_s` Locust was told to go from the `start` users planned by then to `target`, `spawn_rate` a second."""

    at_s: float
    start: float
    target: int
    spawn_rate: float

    def users(self, at_s: float) -> float:
        """Returns the planned users at a later second of the run."""
        moved = self.spawn_rate * (at_s - self.at_s)
        if self.target >= self.start:
            return min(self.target, self.start + moved)
        # Locust takes a second's worth of users away at once, and only then waits: fewer are no gap.
        return max(self.target, self.start - moved - self.spawn_rate)

    def is_reached(self, after_s: float) -> bool:
        """Whether so many seconds are enough to get up to the target; a ramp down that is cut off asks for no users."""
        # Locust spawns the users of the first second, and be it one, at once.
        first = max(1.0, self.spawn_rate)
        return self.start + first + self.spawn_rate * after_s >= self.target * (1 - SHORTFALL)

    @property
    def ramp_s(self) -> float:
        """Seconds from the start to the target."""
        return abs(self.target - self.start) / self.spawn_rate


@dataclass(frozen=True)
class Unreached:
    """A target whose ramp was longer than the time that it was given, both in seconds."""

    target: int
    ramp_s: float
    from_s: float
    to_s: float


@dataclass
class UserPlan:
    """Everything that Locust was told in one run, in order; times are seconds since the run's start."""

    requested: list[Requested] = field(default_factory=list)

    def tell(self, at_s: float, users: int, spawn_rate: float) -> None:
        """Notes a new target; one that repeats the last, as a redistribution does, changes nothing."""
        if not self.requested or self.requested[-1].target != users:
            self.requested.append(Requested(at_s, self.users(at_s), users, spawn_rate))

    def users(self, at_s: float) -> float:
        """Returns the planned users at that second; 0 before Locust was told anything."""
        index = bisect_right(self.requested, at_s, key=lambda request: request.at_s)
        return self.requested[index - 1].users(at_s) if index else 0.0

    def unreached(self, end_s: float, *, by_hand: bool) -> Unreached | None:
        """Returns the highest target that a run of that length gave no time for; None where each had enough.

        by_hand: whoever changes the number of users in the web UI takes back what was asked for before
        """
        ends_s = [*(request.at_s for request in self.requested[1:]), end_s]
        asked = list(zip(self.requested, ends_s, strict=False))
        missed = [
            Unreached(request.target, request.ramp_s, request.at_s, to_s)
            for request, to_s in (asked[-1:] if by_hand else asked)
            if not request.is_reached(to_s - request.at_s)
        ]
        return max(missed, key=lambda each: each.target, default=None)

    @property
    def peak(self) -> int:
        """The highest number of users that Locust was ever told."""
        return max((request.target for request in self.requested), default=0)
