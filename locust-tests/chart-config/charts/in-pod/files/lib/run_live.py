"""A run while it goes on: what it is called, what was planned, what is there, second by second."""

import time
from pathlib import Path

from lib.load_shape import StagesShape
from lib.load_spread import ArrivalsShape
from lib.run import Cause, Phase, Run, Tally
from lib.run_delivery import Delivery, Sample
from lib.run_interrupted import Unanswered
from lib.run_plan import Plan
from lib.run_presence import Presence
from lib.run_workers import WorkerLog
from lib.validity_generator import Generator
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner


class LiveRun:
    """Grows by one sample a second until `end`, and becomes a Run by `finish`."""

    def __init__(self, run_id: str, test_type: str, folder: Path, environment: Environment) -> None:
        self.id = run_id
        self.type = test_type
        self.folder = folder
        self.environment = environment
        self.plan = Plan()
        self.presence = Presence()
        self.workers = WorkerLog(environment)
        self.generator = Generator()
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
    def phase(self) -> Phase | None:
        """The stage of now, where stages were defined."""
        shape = self.environment.shape_class
        return shape.phase(self.elapsed_s) if isinstance(shape, StagesShape) and self.cause is None else None

    @property
    def arrivals(self) -> Tally | None:
        """What came of the open model's arrivals until now."""
        shape = self.environment.shape_class
        return shape.tally() if isinstance(shape, ArrivalsShape) else None

    def sample(self) -> None:
        """Takes one look; the first one covers the time since the start."""
        at_s = self.elapsed_s
        samples, phase, runner = self.presence.samples, self.phase, self.environment.runner
        span_s = at_s - (samples[-1].at_s if samples else 0.0)
        users = (self.plan.users(at_s), float(self.users_present))
        sample = Sample(at_s, span_s, *users, phase.name if phase else "", self._worker_count())
        self.presence.add(sample, runner.clients if isinstance(runner, MasterRunner) else {})
        self.workers.look()

    def end(self, cause: Cause) -> None:
        """Notes why the run ends; the first cause is the one that counts."""
        if self.cause is None:
            self._elapsed_s, self.cause = self.elapsed_s, cause
            self.workers.stopping()

    def finish(self) -> Run:
        """Returns what is known now; statistics are final once no worker is pending."""
        return Run(
            id=self.id,
            type=self.type,
            folder=self.folder,
            started_at=self.started_at,
            ended_at=self.started_at + self.elapsed_s,
            planned_s=self.planned_s,
            cause=self.cause or Cause.INTERRUPTED,
            planned_users=self.plan.peak,
            delivery=Delivery(tuple(self.presence.samples)),
            workers=self.workers.workers(),
            generator=self.generator,
            stats=self.environment.stats,
            arrivals=self.arrivals,
            unanswered=sum(self.unanswered.values(), Unanswered()),
        )

    def _worker_count(self) -> int:
        runner = self.environment.runner
        if isinstance(runner, MasterRunner):
            return runner.worker_count
        return 1 if isinstance(runner, LocalRunner) else 0
