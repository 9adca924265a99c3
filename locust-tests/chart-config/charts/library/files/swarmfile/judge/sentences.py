"""Says in a sentence how a criterion ended."""

from __future__ import annotations

import math
from collections.abc import Iterable

from locust.stats import StatsError

from swarmfile.definition.assertion import Criterion, Statistic, number
from swarmfile.judge.board import Standing
from swarmfile.stats.scope import ScopeKind
from swarmfile.stats.sufficiency import Says, Sufficiency
from swarmfile.verdict import AssertionState

# A connection's error repeats the whole address; what went wrong stands at its end or its beginning.
_LONGEST_CAUSE = 300


def sentence(standing: Standing) -> str:
    """Returns one sentence without a full stop: what was read and what the criterion wants, or why nothing is known."""
    criterion = standing.criterion
    if standing.state is AssertionState.UNKNOWN or standing.value is None:
        return f"{criterion} says nothing: {_why_unknown(criterion)}"
    wanted = f"{criterion.operator} {number(criterion.number)}{criterion.unit}"
    found = f"{_what(criterion)} was {readable(criterion, standing.value)}{_when(standing)}"
    return f"{found}, as wanted: {wanted}" if standing.state is AssertionState.HELD else f"{found}, not {wanted}"


def too_few(standing: Standing, evidence: Sufficiency | None) -> str:
    """Returns why so many requests leave a criterion open, and how many would not; empty where they are enough."""
    if standing.state is AssertionState.UNKNOWN or evidence is None or evidence.says is not Says.OPEN:
        return ""
    ended = "held" if standing.state is AssertionState.HELD else "broke"
    alike = round(evidence.requests / evidence.design_effect)
    counted = f" that count as {alike:,}, since neighbours are alike" if alike < evidence.requests else ""
    needed = evidence.needed
    more = (
        f"{needed:,} are needed to say so: run longer" if needed else "no number of them would decide: it is the limit"
    )
    return f"{standing.criterion} {ended} in {evidence.requests:,} requests{counted}; {more}"


def main_cause(standing: Standing, errors: Iterable[StatsError]) -> str:
    """Returns what a broken error rate, or number of failures, came from most: the end of its sentence; else empty."""
    criterion = standing.criterion
    is_about_errors = criterion.subject.statistic in (Statistic.ERROR_RATE, Statistic.FAILURES)
    in_scope = [error for error in errors if criterion.scope.matches(error.method, error.name)]
    if standing.state is not AssertionState.BROKEN or not is_about_errors or not in_scope:
        return ""
    worst = max(in_scope, key=lambda error: error.occurrences)
    text = StatsError.parse_error(worst.error)
    text = text if len(text) <= _LONGEST_CAUSE else f"{text[:_LONGEST_CAUSE]}…"
    return f"; most often {worst.occurrences} times {text} at {worst.method} {worst.name}"


def readable(criterion: Criterion, value: float) -> str:
    """Returns a value in the base unit as people read it: 10,100 ms, 0.52%, 198.4/s, 1,200,000 B."""
    if criterion.scope.kind is ScopeKind.VALUE:
        return plain(value, 6)
    statistic = criterion.subject.statistic
    if statistic is Statistic.ERROR_RATE:
        return f"{plain(value * 100, 3)}%"
    if statistic is Statistic.RATE:
        return f"{plain(value, 4)}/s"
    if statistic is Statistic.BYTES:
        return f"{value:,.0f} B"
    return f"{value:,.0f}" if statistic in (Statistic.REQUESTS, Statistic.FAILURES) else f"{plain(value, 4)} ms"


def plain(value: float, digits: int) -> str:
    """Returns a number with so many digits that count, more before the point, and never a power of ten."""
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _what(criterion: Criterion) -> str:
    scope = "" if criterion.scope.kind is ScopeKind.ALL else f" of {criterion.scope}"
    phase = f' during "{criterion.phase}"' if criterion.phase is not None else ""
    return f"{criterion.subject}{scope}{phase}"


def _when(standing: Standing) -> str:
    if standing.window_end_s is None or standing.criterion.window_s is None:
        return ""
    minutes, seconds = divmod(standing.window_end_s, 60)
    return f" in the {standing.criterion.window_s} s up to {minutes}:{seconds:02d} of the run"


def _why_unknown(criterion: Criterion) -> str:
    if criterion.window_s:
        return f"no request of its scope ended in any window of {criterion.window_s} whole seconds"
    if criterion.phase is not None:
        return f'no request of its scope ended during "{criterion.phase}"'
    return "its scope never had a request; check the name against the report's table"
