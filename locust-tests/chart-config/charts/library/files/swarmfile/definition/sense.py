"""Refuses criteria that read well and mean nothing: whatever a run does, they hold, or they break."""

from __future__ import annotations

import math

from swarmfile.definition.assertion import Consequence, Criterion, Statistic, number
from swarmfile.definition.words import CriterionError
from swarmfile.stats.scope import ScopeKind

_COUNTS = (Statistic.REQUESTS, Statistic.FAILURES, Statistic.COUNT)
_MEASURED = (Statistic.PERCENTILE, Statistic.AVERAGE, Statistic.MINIMUM, Statistic.MAXIMUM, Statistic.SUM)


def sensible(criterion: Criterion) -> Criterion:
    """Returns the criterion, or raises CriterionError with what to write instead."""
    if criterion.grace_s and criterion.consequence is not Consequence.ABORT:
        raise CriterionError('"after" goes with abort only: it is the time at the start in which nothing aborts')
    if criterion.subject.percent == 0:
        raise CriterionError("p0 is no percentile: write minimum")
    _refuse_percent_as_share(criterion)
    if never := _never(criterion):
        limit = f"{criterion.operator} {number(criterion.number)}{criterion.unit}"
        raise CriterionError(
            f"{criterion.subject} {limit} can never {never}, as it is {_domain(criterion)}: write another limit"
        )
    grows = criterion.subject.statistic in (*_COUNTS, Statistic.BYTES)
    wants_more = criterion.operator in (">", ">=", "==")
    if criterion.consequence is Consequence.ABORT and grows and wants_more and not criterion.window_s:
        raise CriterionError(
            f"{criterion.subject} begin at 0, so this would abort at once: add a window, as in for 30s"
        )
    return criterion


def _refuse_percent_as_share(criterion: Criterion) -> None:
    # 1 is refused as well: who writes it without % rather means one of a hundred than all of them.
    if criterion.subject.statistic is Statistic.ERROR_RATE and not criterion.unit and criterion.number >= 1:
        text, start = number(criterion.number), f"{criterion.subject} {criterion.operator}"
        remedy = (
            f"{start} {text}% or {start} {criterion.number / 100:.10g}" if criterion.number <= 100 else "at most 100%"
        )
        raise CriterionError(f"{text} without % is a share, and 1 is every request: write {remedy}")


def _never(criterion: Criterion) -> str:
    """Returns `fail` or `hold` where nothing that can be read makes it do so, else an empty text."""
    low, high = _range(criterion)
    # What is close below, at and above the threshold stands for all there is, with both ends of what can be read.
    at = criterion.threshold
    near = (math.nextafter(at, -math.inf), at, math.nextafter(at, math.inf))
    whole = criterion.subject.statistic in _COUNTS
    around = (math.floor(at) - 1.0, math.floor(at) + 0.0, math.ceil(at) + 0.0, math.ceil(at) + 1.0) if whole else near
    outcomes = {criterion.holds(value) for value in (low, high, *around) if low <= value <= high}
    if outcomes == {True}:
        return "fail"
    return "hold" if outcomes == {False} else ""


def _range(criterion: Criterion) -> tuple[float, float]:
    if criterion.scope.kind is ScopeKind.VALUE and criterion.subject.statistic in _MEASURED:
        return -math.inf, math.inf
    return 0.0, 1.0 if criterion.subject.statistic is Statistic.ERROR_RATE else math.inf


def _domain(criterion: Criterion) -> str:
    if criterion.subject.statistic is Statistic.ERROR_RATE:
        return "between 0% and 100%"
    return "a whole number from 0 on" if criterion.subject.statistic in _COUNTS else "never below 0"
