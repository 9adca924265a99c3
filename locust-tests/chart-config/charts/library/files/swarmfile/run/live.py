"""A run while it goes on: what it is called, what was planned, what is there, second by second."""

import time
from collections.abc import Mapping, Set
from pathlib import Path

from locust.env import Environment
from locust.runners import STATE_MISSING, LocalRunner, MasterRunner

from swarmfile.run.blocks import BlockLog
from swarmfile.run.delivery import Delivery, Sample
from swarmfile.run.finished import Cause, Phase, Run, Tally
from swarmfile.run.generator import Generator
from swarmfile.run.interrupted import Unanswered
from swarmfile.run.plan import UserPlan
from swarmfile.run.presence import THIS_PROCESS, Presence
from swarmfile.run.shape import PlannedShape
from swarmfile.run.timeline import Timeline
from swarmfile.run.values import RunValues
from swarmfile.run.workers import WorkerLog


class LiveRun:
    """Grows by one sample a second until `end`, and becomes a Run by `finish`."""

    def __init__(self, run_id: str, test_type: str, folder: Path, environment: Environment) -> None:
        self.id = run_id
        self.type = test_type
        self.folder = folder
        self.environment = environment
        self.plan = UserPlan()
        self.presence = Presence()
        self.workers = WorkerLog(environment)
        self.generator = Generator()
        self.timeline = Timeline()
        self.values = RunValues()
        self.blocks = BlockLog()
        # By worker, or of this process where it makes the load itself.
        self.unanswered: dict[str, Unanswered] = {}
        self.planned_s: float | None = None
        self.started_at = time.time()
        self.cause: Cause | None = None
        self._start = time.monotonic()
        self._elapsed_s: float | None = None

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start; they stand still when the run ends. A changed clock changes nothing."""
        return time.monotonic() - self._start if self._elapsed_s is None else self._elapsed_s

    @property
    def users_present(self) -> int:
        """Users that run now, as far as workers told."""
        return self.environment.runner.user_count if self.environment.runner else 0

    @property
    def peak_present(self) -> int:
        """The most users that any second had."""
        return max((round(sample.present) for sample in self.presence.samples), default=0)

    @property
    def phase(self) -> Phase | None:
        """The current stage, where stages were defined."""
        shape = self.environment.shape_class
        return shape.phase(self.elapsed_s) if isinstance(shape, PlannedShape) and self.cause is None else None

    @property
    def arrivals(self) -> Tally | None:
        """What came of the open model's arrivals until now."""
        shape = self.environment.shape_class
        return shape.tally() if isinstance(shape, PlannedShape) else None

    def sample(self) -> None:
        """Takes one look; the first one covers the time since the start."""
        at_s = self.elapsed_s
        samples, phase = self.presence.samples, self.phase
        span_s = at_s - (samples[-1].at_s if samples else 0.0)
        users = (self.plan.users(at_s), float(self.users_present))
        sample = Sample(at_s, span_s, *users, phase.name if phase else "", self._worker_count())
        self.presence.add(sample, *self._by_worker())
        self.workers.look()

    def stood_still(self, worker: str, ago_s: float, length_s: float) -> None:
        """A worker's process did not run for that long, until so many seconds ago: its users were not there."""
        to_s = time.monotonic() - self._start - ago_s
        self.presence.correct(worker, to_s - length_s, to_s, 0)

    def went_on(self, worker: str, ago_s: float, length_s: float, users: int) -> None:
        """A worker that was not heard since so many seconds ago ran its users for that long, and then none."""
        now_s = time.monotonic() - self._start
        stopped_s = now_s - ago_s + length_s
        self.presence.correct(worker, now_s - ago_s, stopped_s, users)
        self.presence.correct(worker, stopped_s, now_s, 0)

    def end(self, cause: Cause) -> None:
        """Notes why the run ends; the first cause is the one that counts."""
        if self.cause is None:
            self._elapsed_s, self.cause = self.elapsed_s, cause
            self.workers.stopping()

    def finish(self) -> Run:
        """Returns what is known now; statistics are final once no worker is pending."""
        self._finish_blocks()
        return Run(
            id=self.id,
            type=self.type,
            folder=self.folder,
            started_at=self.started_at,
            ended_at=self.started_at + self.elapsed_s,
            planned_s=self.planned_s,
            cause=self.cause or Cause.INTERRUPTED,
            planned_users=self.plan.peak,
            unreached=self.plan.unreached(self.elapsed_s, by_hand=self.environment.shape_class is None),
            delivery=Delivery(tuple(self.presence.samples)),
            workers=self.workers.workers(),
            generator=self.generator,
            stats=self.environment.stats,
            arrivals=self.arrivals,
            timeline=self.timeline,
            values=self.values,
            blocks=self.blocks,
            unanswered=sum(self.unanswered.values(), Unanswered()),
        )

    def _finish_blocks(self) -> None:
        if isinstance(self.environment.runner, LocalRunner):
            self.blocks.look(self.elapsed_s, self.environment.stats, is_last=True)
        self.blocks.finish()

    def _by_worker(self) -> tuple[Mapping[str, int], Set[str]]:
        runner = self.environment.runner
        if not isinstance(runner, MasterRunner):
            return {THIS_PROCESS: self.users_present}, frozenset()
        missing = {id_ for id_, client in runner.clients.items() if client.state == STATE_MISSING}
        return {id_: client.user_count for id_, client in runner.clients.items()}, missing

    def _worker_count(self) -> int:
        runner = self.environment.runner
        if isinstance(runner, MasterRunner):
            return runner.worker_count
        return 1 if isinstance(runner, LocalRunner) else 0
