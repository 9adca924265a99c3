"""The life of a batch: its state is a function of time, so nothing runs in the background.

validating → in_progress → finalizing → completed; or failed (bad input), expired (longer than its
window), cancelling → cancelled.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from demo.batch_input import Line, LineError

VALIDATED = 0.1
WORKED_OFF = 0.9


class Status(StrEnum):
    """OpenAI's names of a batch's states."""

    VALIDATING = "validating"
    FAILED = "failed"
    IN_PROGRESS = "in_progress"
    FINALIZING = "finalizing"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


ENDS = frozenset((Status.FAILED, Status.COMPLETED, Status.EXPIRED, Status.CANCELLED))


@dataclass(frozen=True)
class Plan:
    """How batches fare: seconds until one is done and until it expires, shares of batches and lines that fail."""

    duration_s: float = 5.0
    window_s: float = 24 * 3600.0
    failure_rate: float = 0.0
    line_failure_rate: float = 0.0


@dataclass(frozen=True)
class Batch:
    """One batch as it was created, and when it was cancelled."""

    id: str
    endpoint: str
    input_file_id: str
    metadata: dict[str, str] | None
    created_at: float
    plan: Plan
    lines: tuple[Line, ...]
    failing: frozenset[int]
    errors: tuple[LineError, ...] = ()
    cancelled_at: float | None = None

    @property
    def in_progress_at(self) -> float:
        """When validation ends."""
        return self.created_at + VALIDATED * self.plan.duration_s

    @property
    def finalizing_at(self) -> float:
        """When the last line is done."""
        return self.created_at + WORKED_OFF * self.plan.duration_s

    @property
    def completed_at(self) -> float:
        """When the files are ready."""
        return self.created_at + self.plan.duration_s

    @property
    def expires_at(self) -> float:
        """When the window ends."""
        return self.created_at + self.plan.window_s

    @property
    def cancellation_ends_at(self) -> float:
        """When the lines in work at a cancellation are done."""
        return (self.cancelled_at or 0.0) + VALIDATED * self.plan.duration_s

    def status(self, now: float) -> Status:
        """Returns the state at a time, in seconds since the epoch."""
        if self.cancelled_at is not None:
            return Status.CANCELLED if now >= self.cancellation_ends_at else Status.CANCELLING
        if now < min(self.in_progress_at, self.expires_at):
            return Status.VALIDATING
        if self.errors:
            return Status.FAILED
        if now >= self.expires_at and self.completed_at > self.expires_at:
            return Status.EXPIRED
        return self._working_status(now)

    def _working_status(self, now: float) -> Status:
        if now < self.finalizing_at:
            return Status.IN_PROGRESS
        return Status.FINALIZING if now < self.completed_at else Status.COMPLETED

    def lines_done(self, now: float) -> int:
        """Returns how many lines are worked off; they are, in their order and at an even pace."""
        if self.errors:
            return 0
        until = min(now, self.expires_at if self.cancelled_at is None else self.cancelled_at)
        worked_s, work_s = until - self.in_progress_at, self.finalizing_at - self.in_progress_at
        share = 1.0 if work_s <= 0 else max(0.0, min(1.0, worked_s / work_s))
        return int(len(self.lines) * share + 1e-9)

    def cancel(self, now: float) -> "Batch":
        """Returns the batch as it is once cancelled. Raises ValueError when it has ended already."""
        if self.status(now) in ENDS:
            raise ValueError(f"Cannot cancel a batch with status '{self.status(now)}'.")
        return self if self.cancelled_at is not None else replace(self, cancelled_at=now)
