"""Which of the planned load really ran: one sample a second, user-seconds, and the gaps between plan and presence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Locust spawns in batches and workers report them a moment later: the plan counts once it has stood this long.
SETTLING_S = 2.0
# A user more or less among a hundred is no gap; workers report them at different moments.
SHORTFALL = 0.01


@dataclass(frozen=True)
class Sample:
    """One look at the run; `span_s` is the time since the look before.

    beyond: users more than planned, of workers that were taken for lost and went on
    """

    at_s: float
    span_s: float
    planned: float
    present: float
    phase: str = ""
    workers: int = 0
    beyond: float = 0.0


@dataclass(frozen=True)
class Gap:
    """A time in which fewer users ran than planned, with the numbers of its worst second."""

    start_s: float
    end_s: float
    planned: float
    present: float

    @property
    def seconds(self) -> float:
        """How long the gap lasted."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Delivery:
    """The samples of one run, in order."""

    samples: Sequence[Sample] = ()

    @property
    def planned_user_s(self) -> float:
        """User-seconds that were planned."""
        return sum(sample.planned * sample.span_s for sample in self.samples)

    @property
    def delivered_user_s(self) -> float:
        """User-seconds that ran; more users than planned do not make up for fewer at another time."""
        return sum(min(sample.present, sample.planned) * sample.span_s for sample in self.samples)

    @property
    def share(self) -> float:
        """Delivered over planned user-seconds; 1 where nothing was planned."""
        return self.delivered_user_s / self.planned_user_s if self.planned_user_s else 1.0

    @property
    def due_user_s(self) -> float:
        """User-seconds that were planned and, the plan having stood long enough, had to run."""
        return sum(due * sample.span_s for sample, due in self._due())

    @property
    def share_of_due(self) -> float:
        """Delivered over due user-seconds: the first moments of a run and of a ramp do not count."""
        delivered = sum(min(sample.present, due) * sample.span_s for sample, due in self._due())
        return delivered / self.due_user_s if self.due_user_s else 1.0

    @property
    def beyond_user_s(self) -> float:
        """User-seconds that ran beyond the plan."""
        return sum(sample.beyond * sample.span_s for sample in self.samples)

    @property
    def peak_present(self) -> int:
        """The most users that ever ran."""
        return round(max((sample.present for sample in self.samples), default=0))

    @property
    def peak_due(self) -> int:
        """The most users that had to run at some moment, the plan having stood long enough."""
        return int(max((due for _, due in self._due()), default=0))

    @property
    def longest_gap(self) -> Gap | None:
        """The longest of the gaps; None where every user that was due ran."""
        return max(self.gaps(), key=lambda gap: gap.seconds, default=None)

    def gaps(self) -> Iterator[Gap]:
        """Yields each uninterrupted time in which users that were due did not run."""
        worst: Sample | None = None
        start_s = end_s = 0.0
        for sample, due in self._due():
            if sample.present >= due * (1 - SHORTFALL):
                if worst:
                    yield Gap(start_s, end_s, worst.planned, worst.present)
                worst = None
                continue
            start_s, end_s = start_s if worst else sample.at_s - sample.span_s, sample.at_s
            if worst is None or sample.planned - sample.present > worst.planned - worst.present:
                worst = sample
        if worst:
            yield Gap(start_s, end_s, worst.planned, worst.present)

    def _due(self) -> Iterator[tuple[Sample, float]]:
        first = 0
        for index, sample in enumerate(self.samples):
            while self.samples[first].at_s < sample.at_s - SETTLING_S:
                first += 1
            stood = sample.at_s - self.samples[0].at_s + self.samples[0].span_s >= SETTLING_S
            yield sample, min(s.planned for s in self.samples[first : index + 1]) if stood else 0.0
