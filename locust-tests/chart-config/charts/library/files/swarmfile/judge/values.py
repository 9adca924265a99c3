"""Counts on the process that leads what scripts recorded by `swarmfile.stats.values.record`, run by run.

Workers send it with Locust's reports; metrics and metrics.json tell it, and it never enters the request rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from locust.env import Environment
from locust.runners import MasterRunner

from swarmfile.judge.worker import KEY
from swarmfile.listeners import quietly
from swarmfile.run.context import Context
from swarmfile.stats import values
from swarmfile.stats.distribution import Figures
from swarmfile.stats.ranked import cumulative, ranked
from swarmfile.stats.scope import Scope, ScopeKind
from swarmfile.stats.values import Value

# A value's unit is the script's: bounds of every size.
BOUNDS = tuple(float(f"{step}e{decade}") for decade in range(-3, 7) for step in (1, 2.5, 5))
MAX_NAMES = 100
_PREFIX = str(Scope(ScopeKind.VALUE, ""))[:-1]


class RunValues:
    """The values of one run after the other."""

    def __init__(self) -> None:
        self._figures: dict[str, Figures] = {}
        self._refused: set[str] = set()

    def clear(self) -> None:
        """Begins a run."""
        self._figures, self._refused = {}, set()

    def count(self, taken: Iterable[tuple[str, Figures]]) -> None:
        """Takes figures by scope; those of requests are passed over."""
        for scope, figures in taken:
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

    def told(self) -> list[Value]:
        """Returns what metrics tell."""
        return [
            Value(
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


OF_RUN = RunValues()


def install(context: Context, environment: Environment) -> None:
    """Follows the runs of this process, which leads them: by the workers' reports, or by what it records itself."""
    context.hooks.begun.append(lambda _: OF_RUN.clear())
    if isinstance(environment.runner, MasterRunner):
        environment.events.worker_report.add_listener(quietly(lambda data, **_: OF_RUN.count(_reported(data))))
    else:
        values.listen(lambda taken: OF_RUN.count(taken.items()))


def _reported(data: Mapping[str, Any]) -> Iterator[tuple[str, Figures]]:
    for _, scope, fields in data.get(KEY, {"slices": ()})["slices"]:
        if scope.startswith(_PREFIX):
            yield scope, Figures.of_wire(fields)


def _unquoted(scope: str) -> str:
    return scope.removeprefix(_PREFIX)[:-1].replace('\\"', '"').replace("\\\\", "\\")
