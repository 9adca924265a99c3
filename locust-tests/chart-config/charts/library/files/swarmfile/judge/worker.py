"""Sends the master, with each of Locust's reports, what the criteria's scopes counted in each second."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import gevent
from locust.stats import RequestStats

from swarmfile.definition.assertion import Criterion
from swarmfile.judge.slices import Counts, Slice, Slicer
from swarmfile.listeners import quietly
from swarmfile.stats import values

KEY = "swarmfile_slices"


class SecondBySecond:
    """Cuts one process's statistics, once a second and at each report."""

    def __init__(self, stats: RequestStats, criteria: Sequence[Criterion]) -> None:
        self._stats = stats
        self._slicer = Slicer(criteria)
        self._unsent: list[Slice] = []

    def reset(self) -> None:
        """Begins a run: Locust has just cleared its statistics."""
        self._slicer.reset()
        self._unsent = []
        values.take()

    def tick(self, second: int) -> None:
        """Takes what came in `second`, which has just ended."""
        self._unsent += self._slicer.cut(second, Counts.of(self._stats))
        self._unsent += [(second, scope, figures) for scope, figures in values.take().items()]

    def report(self, data: dict[str, Any]) -> None:
        """Adds the slices to a report that Locust has filled, and with that has set its counts to zero."""
        now = time.time()
        self._unsent += self._slicer.cut(int(now), Counts(data["stats_total"], data["stats"], data["errors"].values()))
        self._slicer.reset()
        self._unsent += [(int(now), scope, figures) for scope, figures in values.take().items()]
        data[KEY] = {"now": now, "slices": [[second, scope, f.wire()] for second, scope, f in self.take()]}

    def take(self) -> list[Slice]:
        """Returns the slices that were not sent yet."""
        slices, self._unsent = self._unsent, []
        return slices

    def run(self) -> None:
        """Ticks at every whole second, for ever."""
        tick = quietly(self.tick)
        while True:
            gevent.sleep(1 - time.time() % 1)
            tick(round(time.time()) - 1)
