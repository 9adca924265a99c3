"""What scripts recorded in one run by `swarmfile.stats.values.record`.

Metrics and metrics.json tell it, and it never enters the request rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from swarmfile.stats.distribution import Figures
from swarmfile.stats.ranked import cumulative, ranked
from swarmfile.stats.scope import Scope, ScopeKind
from swarmfile.stats.values import RecordedValue

# A value's unit is the script's: bounds of every size.
BOUNDS = tuple(float(f"{step}e{decade}") for decade in range(-3, 7) for step in (1, 2.5, 5))
MAX_NAMES = 100
_PREFIX = str(Scope(ScopeKind.VALUE, ""))[:-1]


class RunValues:
    """The values of one run, by name."""

    def __init__(self) -> None:
        self._figures: dict[str, Figures] = {}
        self._refused: set[str] = set()

    def count(self, scope: str, figures: Figures) -> None:
        """Takes figures of a scope; those of requests are passed over."""
        if scope.startswith(_PREFIX):
            self._add(_unquoted(scope), figures)

    def _add(self, name: str, figures: Figures) -> None:
        if name not in self._figures and len(self._figures) >= MAX_NAMES:
            if len(self._refused) < MAX_NAMES:
                self._refused.add(name)
            return
        self._figures.setdefault(name, Figures()).add(figures)

    @property
    def dropped(self) -> int:
        """How many names came beyond the first hundred."""
        return len(self._refused)

    def recorded(self) -> list[RecordedValue]:
        """Returns what metrics tell."""
        return [
            RecordedValue(
                name,
                figures.requests,
                figures.total_ms,
                figures.minimum or 0.0,
                figures.maximum or 0.0,
                BOUNDS,
                cumulative(ranked(figures.times), BOUNDS),
            )
            for name, figures in self._figures.items()
        ]

    def summary(self) -> list[Mapping[str, Any]]:
        """Returns what metrics.json tells, in the script's own units."""
        return [
            {
                "name": name,
                "count": figures.requests,
                "sum": figures.total_ms,
                "minimum": figures.minimum,
                "maximum": figures.maximum,
                "percentiles": {f"p{percent}": figures.percentile(percent) for percent in (50, 95, 99)},
            }
            for name, figures in self._figures.items()
        ]


def _unquoted(scope: str) -> str:
    return scope.removeprefix(_PREFIX)[:-1].replace('\\"', '"').replace("\\\\", "\\")
