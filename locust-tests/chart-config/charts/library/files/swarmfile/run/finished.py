"""A finished run as the verdict and the results see it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from locust.stats import RequestStats

from swarmfile.run.blocks import BlockLog
from swarmfile.run.delivery import Delivery
from swarmfile.run.generator import Generator
from swarmfile.run.interrupted import Unanswered
from swarmfile.run.plan import Unreached
from swarmfile.run.timeline import Timeline
from swarmfile.run.values import RunValues
from swarmfile.verdict import Verdict


class Cause(StrEnum):
    """Why a run ended."""

    COMPLETED = "completed"  # its run time or its last stage was over
    STOPPED = "stopped"  # by hand: in the web UI, by a key
    SCRIPT = "script"  # the script ended it
    INTERRUPTED = "interrupted"  # Ctrl-C
    TERMINATED = "terminated"  # SIGTERM
    ABORTED = "aborted"  # by a criterion or by the safety stop
    WORKERS_LOST = "workers lost"
    NEVER_BEGAN = "never began"
    RESTARTED = "restarted"  # the master's process ended and another one found its marker


@dataclass(frozen=True)
class Worker:
    """A worker that took part. `reported`: its statistics are complete, up to the end of its last user."""

    id: str
    reported: bool = True
    missing: bool = False


@dataclass(frozen=True)
class Phase:
    """A stage while it runs; elapsed and duration in seconds."""

    name: str
    index: int
    count: int
    elapsed_s: float
    duration_s: float

    def as_dict(self) -> dict[str, Any]:
        """Returns the phase as the state route tells it."""
        return {**asdict(self), "elapsed_s": round(self.elapsed_s, 1)}


@dataclass(frozen=True)
class Tally:
    """Arrivals until now. `unfinished`: begun and not over, or on their way to a user; `rate`: planned, per second."""

    planned: int
    begun: int
    dropped: int
    unfinished: int
    rate: float

    def as_dict(self) -> dict[str, Any]:
        """Returns what the state route and metrics.json tell."""
        return {
            "planned": self.planned,
            "begun": self.begun,
            "dropped": self.dropped,
            "unfinished": self.unfinished,
            "rate_per_s": round(self.rate, 3),
        }


@dataclass(frozen=True)
class Run:
    """What is known when a run is over.

    started_at, ended_at: seconds since 1970; planned_s: run time or all stages, None where it has no end of its own
    detail: what is known of the cause beyond its name, as the end of a sentence
    may_still_run: it never began, and a process that is started again may run it
    unreached: users that were asked for and that no ramp got to
    corrected: interval and percentiles (ms) of a closed load with what constant pacing left out
    arrivals: of the open model, what came and what was dropped
    stats: Locust's final statistics, the one source of every number
    unanswered: the requests whose users ended before an answer came
    timeline, values: the requests of each second, and what scripts recorded
    blocks: the requests of each ten seconds, by name
    known: of a run whose master is gone, a sentence with the last known numbers
    """

    id: str
    type: str
    folder: Path
    started_at: float
    ended_at: float
    planned_s: float | None
    cause: Cause
    detail: str = ""
    planned_users: int = 0
    unreached: Unreached | None = None
    delivery: Delivery = field(default_factory=Delivery)
    workers: tuple[Worker, ...] = ()
    generator: Generator = field(default_factory=Generator)
    stats: RequestStats = field(default_factory=RequestStats)
    arrivals: Tally | None = None
    corrected: Mapping[str, Any] | None = None
    unanswered: Unanswered = field(default_factory=Unanswered)
    timeline: Timeline = field(default_factory=Timeline)
    values: RunValues = field(default_factory=RunValues)
    blocks: BlockLog = field(default_factory=BlockLog)
    known: str = ""
    may_still_run: bool = False

    @property
    def elapsed_s(self) -> float:
        """Seconds between start and end."""
        return max(0.0, self.ended_at - self.started_at)


@dataclass(frozen=True)
class Concluded:
    """A run with its verdict, after its files were written."""

    run: Run
    verdict: Verdict
