"""How many users should run at each moment: what Locust was told, with its ramps, never a copy of the definition."""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
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


@dataclass
class Plan:
    """Everything that Locust was told in one run, in order; times are seconds since the run's start."""

    told: list[Told] = field(default_factory=list)

    def tell(self, at_s: float, users: int, spawn_rate: float) -> None:
        """Notes a new target; one that repeats the last, as a redistribution does, changes nothing."""
        if not self.told or self.told[-1].target != users:
            self.told.append(Told(at_s, self.users(at_s), users, spawn_rate))

    def users(self, at_s: float) -> float:
        """Returns the planned users at that second; 0 before Locust was told anything."""
        index = bisect_right(self.told, at_s, key=lambda told: told.at_s)
        return self.told[index - 1].users(at_s) if index else 0.0

    @property
    def peak(self) -> int:
        """The highest number of users that Locust was ever told."""
        return max((told.target for told in self.told), default=0)
