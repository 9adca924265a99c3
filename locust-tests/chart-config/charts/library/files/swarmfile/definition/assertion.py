"""What a criterion is: a figure of some requests, held against a threshold, and what follows when it breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from swarmfile.stats.distribution import Figures
from swarmfile.stats.scope import ALL, Scope, quote


class Statistic(StrEnum):
    """The figure that a criterion looks at."""

    PERCENTILE = "percentile"
    AVERAGE = "average"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    REQUESTS = "requests"
    FAILURES = "failures"
    RATE = "rate"
    ERROR_RATE = "error rate"
    BYTES = "bytes"
    COUNT = "count"
    SUM = "sum"


_TIMED = (Statistic.PERCENTILE, Statistic.AVERAGE, Statistic.MINIMUM, Statistic.MAXIMUM)


class Consequence(StrEnum):
    """What a broken criterion does: FAIL the run, only WARN, or ABORT it at once (and fail)."""

    FAIL = "fail"
    WARN = "warn"
    ABORT = "abort"


@dataclass(frozen=True)
class FailureCause:
    """Why requests failed: a text within the error, a status such as 503 or 5xx, or each cause by itself (no text)."""

    text: str | None = None
    is_status: bool = False

    def matches(self, error: str) -> bool:
        """Returns whether Locust's text of an error has this cause; letters' case does not matter."""
        return self.text is None or bool(_cause_pattern(self.text, self.is_status).search(error))

    def __str__(self) -> str:
        if self.text is None:
            return "cause"
        return self.text if self.is_status else quote(self.text)


@dataclass(frozen=True)
class Subject:
    """A statistic; which percentile (0 to 100) where it is one; for which cause where failures are counted."""

    statistic: Statistic
    percent: float | None = None
    cause: FailureCause | None = None

    @property
    def is_timed(self) -> bool:
        """Whether it is read from the distribution of the response times."""
        return self.statistic in _TIMED

    def __str__(self) -> str:
        name = f"p{number(self.percent)}" if self.percent is not None else self.statistic.value
        return f"{name} by {self.cause}" if self.cause else name


UNITS = {  # how many of the base unit (ms, share, per second, bytes, count) one of each is
    "ms": 1.0,
    "s": 1000.0,
    "m": 60_000.0,
    "%": 0.01,
    "/s": 1.0,
    "/m": 1 / 60,
    "B": 1.0,
    "kB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "": 1.0,
}

OPERATORS = {
    "<=": float.__le__,
    ">=": float.__ge__,
    "==": float.__eq__,
    "!=": float.__ne__,
    "<": float.__lt__,
    ">": float.__gt__,
}


@dataclass(frozen=True)
class Criterion:
    """One line of assertions.criteria."""

    subject: Subject
    operator: str
    number: float
    unit: str = ""
    scope: Scope = ALL
    window_s: int | None = None
    phase: str | None = None
    consequence: Consequence = Consequence.FAIL
    grace_s: int = 0
    text: str = field(default="", compare=False)  # as the user wrote it
    # Its number is a change from what the baseline has, in percent.
    of_baseline: bool = False

    @property
    def threshold(self) -> float:
        """In the subject's base unit: ms, share of requests (0 to 1), per second, bytes, count."""
        return self.number * UNITS[self.unit] if self.unit else self.number

    def holds(self, value: float) -> bool:
        """Returns whether a value in the base unit is as the criterion wants it."""
        return OPERATORS[self.operator](float(value), self.threshold)

    def reads(self, figures: Figures, seconds: float) -> float | None:
        """Returns the subject's value in its base unit, for figures of a time of that length; None: nothing to read."""
        return read(self.subject, figures, seconds)

    @property
    def allowed_share(self) -> float | None:
        """The share of all requests that may be violations, where that is what it promises: p99 < 800ms allows 0.01."""
        if self.operator not in ("<", "<=") or self.window_s or self.of_baseline:
            return None
        if self.subject.percent is not None:
            return 1 - self.subject.percent / 100
        return self.threshold if self.subject.statistic is Statistic.ERROR_RATE else None

    def violations(self, figures: Figures) -> tuple[int, int] | None:
        """Returns how many requests there are to judge, and how many violate a criterion that allows a share of it."""
        if self.allowed_share is None:
            return None
        if self.subject.percent is None:
            return figures.requests, _failures(self.subject.cause, figures)
        slow = sum(count for value, count in figures.times.items() if not self.holds(value))
        return sum(figures.times.values()), slow

    def __str__(self) -> str:
        parts = [str(self.subject)]
        parts += [f"of {self.scope}"] if self.scope != ALL else []
        sign = "+" if self.of_baseline and self.number >= 0 else ""
        parts += [
            self.operator,
            f"{sign}{number(self.number)}{self.unit}",
            *(["of baseline"] if self.of_baseline else []),
        ]
        parts += [f"for {self.window_s}s"] if self.window_s else []
        parts += [f"during {quote(self.phase)}"] if self.phase is not None else []
        return " ".join(parts) + self._ending()

    def _ending(self) -> str:
        if self.consequence is Consequence.FAIL:
            return ""
        return f", {self.consequence}" + (f" after {self.grace_s}s" if self.grace_s else "")


def read(subject: Subject, figures: Figures, seconds: float) -> float | None:
    """Returns a statistic in its base unit; None where it would divide by nothing or nothing was timed."""
    statistic = subject.statistic
    if statistic in (Statistic.REQUESTS, Statistic.COUNT):
        return figures.requests
    if statistic is Statistic.RATE:
        return figures.requests / seconds if seconds else None
    if statistic is Statistic.FAILURES:
        return _failures(subject.cause, figures)
    if statistic is Statistic.ERROR_RATE:
        return _failures(subject.cause, figures) / figures.requests if figures.requests else None
    return _measured(subject, figures)


def _measured(subject: Subject, figures: Figures) -> float | None:
    if subject.percent is not None:
        return figures.percentile(subject.percent)
    return {
        Statistic.AVERAGE: figures.average,
        Statistic.MINIMUM: figures.minimum,
        Statistic.MAXIMUM: figures.maximum,
        Statistic.BYTES: figures.content_bytes,
        Statistic.SUM: figures.total_ms,
    }[subject.statistic]


def _failures(cause: FailureCause | None, figures: Figures) -> int:
    if cause is None:
        return figures.failures
    if cause.text is None:
        return max(figures.causes.values(), default=0)
    return sum(count for error, count in figures.causes.items() if cause.matches(error))


@cache
def _cause_pattern(text: str, is_status: bool) -> re.Pattern[str]:
    if not is_status:
        return re.compile(re.escape(text), re.IGNORECASE)
    return re.compile(rf"(?<!\d){text.lower().replace('x', '[0-9]')}(?!\d)")


def number(value: float) -> str:
    """Returns the shortest text that reads back as the same number: 1, 0.5, 99.9."""
    return repr(int(value)) if value == int(value) else repr(value)
