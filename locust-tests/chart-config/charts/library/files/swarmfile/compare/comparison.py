"""Runs before a change against runs after it: each request's figures, and what can be said of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from swarmfile.compare.contrast import Contrast, contrast, levels, times_more
from swarmfile.compare.estimate import Estimate, estimate, shown
from swarmfile.compare.kept import KeptRun
from swarmfile.definition.assertion import Statistic, Subject

SUBJECTS = (
    *(Subject(Statistic.PERCENTILE, percent) for percent in (50.0, 95.0, 99.0)),
    Subject(Statistic.RATE),
    Subject(Statistic.ERROR_RATE),
)
# Whoever has more of them looks at the most frequent first; a hundred take some ten seconds.
MOST_ENDPOINTS = 100
ALL = "all"


class Difference(StrEnum):
    """What is said of a figure."""

    SLOWER = "slower"
    FASTER = "faster"
    MORE = "more"
    FEWER = "fewer"
    SAME = "same"
    TOO_CLOSE = "too close to tell"
    UNKNOWN = "not measured"


@dataclass(frozen=True)
class FigureRow:
    """A figure in its base unit before and after; change, low, high: relative, of error rates a difference of shares.

    within: where it is the same, the change that it is at most; times_more: as much more measuring would decide
    """

    request: str
    figure: str
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    finding: Difference = Difference.UNKNOWN
    within: float | None = None
    times_more: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Returns what JSON tells."""
        return asdict(self)


def compared(
    before: Sequence[KeptRun], after: Sequence[KeptRun], margin: float, subjects: Sequence[Subject] = SUBJECTS
) -> list[FigureRow]:
    """Returns the rows of all requests together, then of each; margin: the relative change that nobody minds.

    Each figure's intervals hold together over all requests, those of `all` by themselves.
    """
    endpoints, rows = names(before, after), list[FigureRow]()
    for subject in subjects:
        rows += _rows(subject, [None], before, after, margin)
        rows += _rows(subject, endpoints[:MOST_ENDPOINTS], before, after, margin)
    order = {name: place for place, name in enumerate([ALL, *endpoints])}
    return sorted(rows, key=lambda row: order[row.request])


def names(before: Sequence[KeptRun], after: Sequence[KeptRun]) -> list[str]:
    """Returns the requests of both sides, the most frequent first."""
    counts = [dict[str, int](), dict[str, int]()]
    for count, runs in zip(counts, (before, after), strict=True):
        for block in (block for run in runs for block in run.blocks):
            for name, figures in block.endpoints.items():
                count[name] = count.get(name, 0) + figures.requests
    there = counts[0].keys() & counts[1].keys()
    return sorted(there, key=lambda name: (-counts[0][name] - counts[1][name], name))


def only_on_one_side(before: Sequence[KeptRun], after: Sequence[KeptRun]) -> list[str]:
    """Returns the requests that are on one side alone."""
    sides = [{name for run in runs for block in run.blocks for name in block.endpoints} for runs in (before, after)]
    return sorted(sides[0] ^ sides[1])


@dataclass(frozen=True)
class _Pair:
    """One request's figure on both sides; None where it cannot be read."""

    request: str
    subject: Subject
    before: Estimate | None
    after: Estimate | None

    @property
    def values(self) -> Iterator[float | None]:
        return (shown(self.subject, each.value) if each else None for each in (self.before, self.after))


def _rows(
    subject: Subject,
    endpoints: Sequence[str | None],
    before: Sequence[KeptRun],
    after: Sequence[KeptRun],
    margin: float,
) -> Iterator[FigureRow]:
    old, new = ([run.blocks for run in runs] for runs in (before, after))
    pairs = [
        _Pair(each or ALL, subject, estimate(subject, each, old), estimate(subject, each, new)) for each in endpoints
    ]
    apart = {pair.request: contrast(pair.before, pair.after) for pair in pairs if pair.before and pair.after}
    level = dict(zip(apart, levels(list(apart.values()), [0.0] * len(apart)), strict=True))
    for pair in pairs:
        if pair.request in apart:
            yield _row(pair, apart[pair.request], level[pair.request], margin)
        else:
            before_value, after_value = pair.values
            yield FigureRow(pair.request, str(subject), before_value, after_value)


def _row(pair: _Pair, apart: Contrast, alpha: float, margin: float) -> FigureRow:
    subject, (low, high) = pair.subject, apart.interval(alpha)
    change, lowest, highest = (_change(subject, value) for value in (apart.value, low, high))
    # An error rate has no relative margin: where nothing failed, anything is infinitely more.
    allowed = margin / 10 if subject.statistic is Statistic.ERROR_RATE else margin
    finding, within, times = _finding(subject, low, high), None, None
    if max(-lowest, highest) <= allowed:
        finding, within = Difference.SAME, max(-lowest, highest)
    if finding is Difference.TOO_CLOSE:
        # Until it is clear of no change at all, or of the changes that somebody minds.
        edges = (
            (-allowed, allowed)
            if subject.statistic is Statistic.ERROR_RATE
            else (math.log1p(-allowed), math.log1p(allowed))
        )
        known = (times_more(apart, limits, alpha) for limits in ([0.0], edges))
        times = min(filter(None, known), default=None)
    before, after = pair.values
    return FigureRow(pair.request, str(subject), before, after, change, lowest, highest, finding, within, times)


def _finding(subject: Subject, low: float, high: float) -> Difference:
    if low <= 0 <= high:
        return Difference.TOO_CLOSE
    if subject.statistic is Statistic.ERROR_RATE:
        return Difference.MORE if low > 0 else Difference.FEWER
    is_slower = high < 0 if subject.statistic is Statistic.RATE else low > 0
    return Difference.SLOWER if is_slower else Difference.FASTER


def _change(subject: Subject, value: float) -> float:
    return value if subject.statistic is Statistic.ERROR_RATE else math.expm1(min(value, 50.0))
