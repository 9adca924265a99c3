"""Spreads arrivals over the workers that are there, again whenever they change, and adds up what came of them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import gevent
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.runners import MasterRunner, Runner

from swarmfile.definition.arrivals import Arrivals
from swarmfile.definition.rate import RateCourse
from swarmfile.definition.settings import Stage
from swarmfile.listeners import quietly
from swarmfile.load.generator import COUNTS, GRACE_S, LEAD_S, SHARE
from swarmfile.load.shape import StagesShape
from swarmfile.run.finished import Phase, Tally

LOOK_EVERY_S = 0.5
# The arrivals of a worker that left longer ago are lost: others would make them far too late, and at once.
HANDOVER_S = 2.0
# Seconds that a slow worker may need, beyond Locust's own patience, until all of its users stand by.
SPAWNING_S = 30.0


class ArrivalsShape(StagesShape):
    """Lets Locust spawn all users at once, and end the run when all arrivals came and their tasks are over."""

    abstract = True

    def __init__(self, arrivals: Arrivals) -> None:
        users = arrivals.max_users
        super().__init__([Stage(stage.name, users, users, stage.duration_s) for stage in arrivals.stages])
        self._arrivals = arrivals
        self._course = RateCourse(arrivals.stages)
        self._spawned: float | None = None
        self._start: float | None = None
        self._ended_s: float | None = None
        self._workers: frozenset[str] = frozenset()
        self._counts: dict[str, Mapping[str, Any]] = {}

    @property
    def duration_s(self) -> float | None:
        """Seconds that all arrivals take; None without an end."""
        return None if math.isinf(self._course.duration_s) else self._course.duration_s

    @property
    def arrivals_s(self) -> float:
        """Seconds since the first arrival; they stand still when the run ends."""
        if self._start is None:
            return 0.0
        return self._ended_s if self._ended_s is not None else time.monotonic() - self._start

    def tick(self) -> tuple[int, float] | None:
        """Returns what Locust asks for each second."""
        over_s = self.arrivals_s - self._course.duration_s
        if over_s > GRACE_S or (over_s > 0 and self._all_done()):
            return None
        return self._arrivals.max_users, self._arrivals.max_users

    def phase(self, at_s: float) -> Phase | None:  # noqa: ARG002 - arrivals begin when all users stand by
        """Returns the current stage; None without stages, or after the last."""
        named = len(self.stages) > 1 or self.stages[0].name
        return super().phase(max(0.0, self.arrivals_s)) if named else None

    def tally(self) -> Tally:
        """Returns the counts of the current run, or of the last one."""
        counts = self._counts.values()
        at_s = self.arrivals_s
        sums = {key: sum(int(each[key]) for each in counts) for key in ("begun", "dropped", "unfinished")}
        due = self._course.due(at_s) if self._start is not None else 0
        planned = round(self._course.count(at_s)) if self._arrivals.is_poisson else due
        return Tally(planned=planned, rate=self._course.rate(at_s), **sums)

    def lead(self, environment: Environment, runner: Runner) -> None:
        """Spreads the arrivals of this runner's runs."""
        self.runner = runner
        runner.register_message(COUNTS, self.on_counts)
        events = environment.events
        events.test_start.add_listener(quietly(lambda **_: self.begin()))
        events.spawning_complete.add_listener(quietly(lambda **_: self.spawned()))
        events.test_stopping.add_listener(quietly(lambda **_: self.end()))
        gevent.spawn(self._look_for_ever)

    def begin(self) -> None:
        """A run begins."""
        self._spawned = self._start = self._ended_s = None
        self._workers, self._counts = frozenset(), {}

    def spawned(self) -> None:
        """Locust takes all users for spawned."""
        if self._spawned is None:
            self._spawned = time.monotonic()
        self.spread()

    def end(self) -> None:
        """The run is over."""
        self._ended_s = max(0.0, self.arrivals_s)

    def spread(self) -> None:
        """Tells each worker its share, where it is not the one that it has; first when all users stand by."""
        if self._start is None and self._users_stand_by():
            self._start = time.monotonic() + LEAD_S
        workers = self._with_users()
        if self._start is None or self._ended_s is not None or not workers or workers == self._workers:
            return
        elapsed_s = time.monotonic() - self._start
        message: dict[str, Any] = {
            "stages": [[*vars(stage).values()] for stage in self._arrivals.stages],
            "poisson": self._arrivals.is_poisson,
            "from_s": self._from_s(workers, elapsed_s) if self._workers else 0.0,
            "count": len(workers),
        }
        self._workers = workers
        for index, worker in enumerate(sorted(workers)):
            elapsed_s = time.monotonic() - self._start
            self._send(message | {"index": index, "elapsed_s": elapsed_s}, worker)

    def on_counts(self, msg: Message, **_: object) -> None:
        """A worker tells its counts; where it says that it leaves, others make its arrivals."""
        self._counts[msg.node_id] = msg.data
        if self._leaves(msg.node_id) and msg.node_id in self._workers:
            self.spread()

    def _send(self, share: Mapping[str, Any], worker: str) -> None:
        assert self.runner
        self.runner.send_message(SHARE, share, worker)

    def _users_stand_by(self) -> bool:
        if self._spawned is None or self.runner is None:
            return False
        patient = time.monotonic() - self._spawned < SPAWNING_S
        return self.runner.user_count >= self._arrivals.max_users or not patient

    def _with_users(self) -> frozenset[str]:
        if not isinstance(self.runner, MasterRunner):
            return frozenset(["local"])
        clients = self.runner.clients
        living = clients.ready + clients.spawning + clients.running
        return frozenset(worker.id for worker in living if worker.user_count and not self._leaves(worker.id))

    def _leaves(self, worker: str) -> bool:
        return self._leaves_at_s(worker) is not None

    def _leaves_at_s(self, worker: str) -> float | None:
        return self._counts.get(worker, {}).get("leaves_at_s")

    def _from_s(self, workers: frozenset[str], elapsed_s: float) -> float:
        """Returns when the new shares begin: where a worker has just left, with the first arrival that it leaves."""
        left = [at_s for worker in self._workers - workers if (at_s := self._leaves_at_s(worker)) is not None]
        return min([elapsed_s + LEAD_S, *(at_s for at_s in left if elapsed_s - at_s < HANDOVER_S)])

    def _all_done(self) -> bool:
        return all(self._counts.get(worker, {}).get("done") for worker in self._workers)

    def _look_for_ever(self) -> None:
        spread = quietly(self.spread)
        while True:
            spread()
            gevent.sleep(LOOK_EVERY_S)
