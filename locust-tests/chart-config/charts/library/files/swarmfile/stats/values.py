"""Records a script's own values: metrics and metrics.json tell them, and they never enter the request rate.

Criteria can judge them: `value "queue length" < 10`, `p95 of value "items" < 50`.

from swarmfile.stats.values import record

record("queue length", 17)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from swarmfile.stats.distribution import Figures, bucket
from swarmfile.stats.scope import Scope, ScopeKind

MAX_NAMES = 100  # a name made of an id would grow for ever


@dataclass(frozen=True)
class RecordedValue:
    """A script's own value: how often it was recorded, their sum, and the counts at or below each bound."""

    name: str
    count: int
    total: float
    minimum: float
    maximum: float
    bounds: Sequence[float]
    buckets: Sequence[int]


class ValueRecorder:
    """What one process records."""

    def __init__(self) -> None:
        self._recorded: dict[str, Figures] = {}

    def record(self, name: str, value: float) -> None:
        """Counts one value under a name. Raises ValueError for a name beyond the first 100."""
        figures = self._recorded.get(name)
        if figures is None:
            if len(self._recorded) >= MAX_NAMES:
                raise ValueError(f'value "{name}": more than {MAX_NAMES} names; take ids out of the name')
            figures = self._recorded[name] = Figures()
        key = bucket(value)
        figures.requests += 1
        figures.total_ms += value
        figures.times[key] = figures.times.get(key, 0) + 1

    def take(self) -> dict[str, Figures]:
        """Returns what was recorded since the last call, by scope as criteria write it."""
        recorded, self._recorded = self._recorded, {name: Figures() for name in self._recorded}
        return {str(Scope(ScopeKind.VALUE, name)): figures for name, figures in recorded.items() if figures.requests}


# A script's record() is called by nothing that knows a run: its process has one, from its beginning to its end.
_of_process = ValueRecorder()


def record(name: str, value: float) -> None:
    """Counts one value under a name; percentiles of it are at most 0.5% off. Names beyond the first 100 are refused."""
    _of_process.record(name, value)


def take() -> dict[str, Figures]:
    """Returns what this process recorded since the last call, by scope as criteria write it."""
    return _of_process.take()
