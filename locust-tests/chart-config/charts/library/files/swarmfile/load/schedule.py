"""When a worker's arrivals are due: its share of those of the whole run, reckoned from the start, so without drift."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from swarmfile.definition.rate import RateCourse


@dataclass(frozen=True)
class Share:
    """The worker is number `index` of `count`, from second `from_s` of the run on."""

    index: int
    count: int
    from_s: float = 0.0


class Schedule:
    """Yields the moments of one share, in seconds of the run.

    Constant: arrival k of the run is at worker k modulo the number of workers, so together they are evenly spaced.
    Poisson: in terms of arrivals due, gaps are exponential; independent Poisson shares add up to one Poisson process.
    """

    def __init__(self, course: RateCourse, share: Share, chance: random.Random | None = None) -> None:
        """`chance`: for Poisson, where the gaps come from; None is constant."""
        self._course = course
        self._count = share.count
        self._made = 0
        self._chance = chance
        position = course.count(share.from_s)
        if chance:
            self._at = position + self._gap()
        else:
            turns = math.ceil((position - share.index) / share.count - 1e-9)
            self._at = float(share.index + max(0, turns) * share.count)
        self.next_s = course.time(self._at)

    def advance(self) -> None:
        """Goes on to the next arrival, since this one was made; `next_s` is None after the last."""
        self._made += 1
        self._go_on()

    def skip(self, arrivals: int) -> None:
        """Leaves out so many arrivals."""
        for _ in range(arrivals):
            if self.next_s is not None:
                self._go_on()

    def made_from(self, second: float) -> int:
        """Returns how many arrivals of that second and later were made; of Poisson's, how many are expected."""
        past = self._at - self._course.count(second)
        return max(0, min(self._made, math.floor(past / self._count + 1e-9)))

    def _go_on(self) -> None:
        self._at += self._gap()
        self.next_s = self._course.time(self._at)

    def _gap(self) -> float:
        return self._chance.expovariate(1 / self._count) if self._chance else float(self._count)
