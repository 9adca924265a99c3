"""What a run is compared with: `baseline`, and the criteria that speak of it.

baseline  = last-pass | last N passes | marked (by swarmfile baseline set) | a run's name
criterion = percentile | median | rate ["of" scope] (<= | >= | < | >) change "of baseline" ["," fail | warn]
change    = a signed percentage: +10%, -5%
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from swarmfile.definition.assertion import Consequence, Criterion, Statistic, Subject
from swarmfile.definition.words import CriterionError, Line
from swarmfile.stats.scope import Scope, ScopeKind
from swarmfile.untrusted.run_name import is_run_name

LAST_PASS = "last-pass"
MARKED = "marked"
_LAST = re.compile(r"last (\d{1,2}) passes")
_CHANGE = re.compile(r"([+-]\d+(?:\.\d+)?)%")
# What has a block of its own in each ten seconds, and so an interval.
COMPARED = (Statistic.PERCENTILE, Statistic.RATE)


@dataclass(frozen=True)
class Baseline:
    """passes: so many of the last PASS runs; run: the one of that name; neither: those that are marked."""

    passes: int | None = None
    run: str | None = None

    def means(self, run: str, *, is_marked: bool) -> bool:
        """Returns whether a PASS run of that name is one of those it speaks of."""
        if self.run is not None:
            return run == self.run
        return self.passes is not None or is_marked

    def __str__(self) -> str:
        if self.run is not None:
            return self.run
        return MARKED if self.passes is None else LAST_PASS if self.passes == 1 else f"last {self.passes} passes"


def of_setting(value: object) -> Baseline:
    """Returns what `baseline` says; raises ValueError with one sentence."""
    if value in (None, "", LAST_PASS):
        return Baseline(passes=1)
    text = str(value)
    if match := _LAST.fullmatch(text):
        if not 1 <= int(match[1]) <= 20:
            raise ValueError(f"baseline: {text!r} is out of reach; write at most last 20 passes")
        return Baseline(passes=int(match[1]))
    if text == MARKED:
        return Baseline()
    if not is_run_name(text):
        raise ValueError(f"baseline: {text!r} is no baseline; write last-pass, last 5 passes, marked, or a run's name")
    return Baseline(run=text)


def speaks_of_baseline(line: Line) -> bool:
    """Whether what follows the operator is a change from the baseline, not a threshold."""
    return (line.peek(1).text, line.peek(2).text) == ("of", "baseline")


def relative(line: Line, subject: Subject, operator: str, scope: Scope) -> Criterion:
    """Returns the criterion that goes on with its change, which is taken with `of baseline`. Raises CriterionError."""
    text = line.take().text
    match = _CHANGE.fullmatch(text)
    if not match:
        raise CriterionError(
            f'"{text}" of baseline is no change: write one with its sign and %, as in <= +10% of baseline'
        )
    line.takes("of", "baseline")
    if subject.statistic not in COMPARED or scope.kind is ScopeKind.VALUE:
        raise CriterionError(f"{subject} cannot be compared with a baseline: write a percentile of requests, or rate")
    if operator in ("==", "!="):
        raise CriterionError(f"{operator} of baseline: two runs are never equal; write <= or >=")
    if float(match[1]) <= -100:
        raise CriterionError(f"{text} of baseline leaves nothing: write more than -100%")
    return Criterion(subject, operator, float(match[1]), "%", scope, of_baseline=True)


def only_judged_at_the_end(criterion: Criterion) -> Criterion:
    """Returns a criterion of a baseline, or raises CriterionError where it asks for a part of the run."""
    if criterion.window_s or criterion.phase is not None:
        raise CriterionError("a baseline is compared with the whole run: leave out for and during")
    if criterion.consequence is Consequence.ABORT:
        raise CriterionError("a baseline is compared when the run is over: write warn, or nothing")
    return criterion
