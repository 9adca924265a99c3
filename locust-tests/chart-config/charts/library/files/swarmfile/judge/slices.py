"""Cuts a worker's statistics into seconds, per scope that somebody asks for.

Locust's reports come every 3 s; a window of N seconds needs finer slices. Nothing happens per request: once a second
the statistics are compared with those of a second ago, and each report takes the slices along to the master.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from locust.stats import RequestStats

from swarmfile.definition.assertion import Criterion
from swarmfile.stats.distribution import Figures
from swarmfile.stats.scope import Scope, ScopeKind

Slice = tuple[int, str, Figures]
_Entry = Mapping[str, Any]
_OF_ENTRIES = (
    "method",
    "name",
    "num_requests",
    "num_failures",
    "total_response_time",
    "total_content_length",
    "response_times",
    "min_response_time",
    "max_response_time",
)
_OF_ERRORS = ("method", "name", "error", "occurrences")


class Counts(NamedTuple):
    """Locust's statistics, each StatsEntry and StatsError as the dict that its reports hold."""

    total: _Entry
    entries: Iterable[_Entry]
    errors: Iterable[_Entry]

    @classmethod
    def of(cls, stats: RequestStats) -> Counts:
        """Returns what `stats` holds now; to be read once."""
        entries = (_seen(entry, _OF_ENTRIES) for entry in stats.entries.values())
        errors = (_seen(error, _OF_ERRORS) for error in stats.errors.values())
        return cls(_seen(stats.total, _OF_ENTRIES), entries, errors)


def _seen(thing: object, names: Sequence[str]) -> _Entry:
    # Not vars(): CPython then keeps a dict for the object, and each of the accesses to it that every request makes is
    # slower from then on, by 7% of what SwarmHttpUser spends on a request.
    return dict(zip(names, attrgetter(*names)(thing), strict=True))


class Slicer:
    """Turns counts that only grow until Locust resets them into what was counted in each second."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        requests = [criterion for criterion in criteria if criterion.scope.kind is not ScopeKind.VALUE]
        # All requests together are asked for by the timeline.
        self._scopes = {"all": Scope(ScopeKind.ALL)} | {str(each.scope): each.scope for each in requests}
        self._with_causes = {str(criterion.scope) for criterion in requests if criterion.subject.cause}
        self._matching: dict[tuple[str, str], tuple[str, ...]] = {}
        self._before: dict[str, Figures] = {}

    def reset(self) -> None:
        """Forgets what was counted: Locust's statistics start from zero."""
        self._before = {}

    def cut(self, second: int, counts: Counts) -> list[Slice]:
        """Returns what came since the last cut, per scope."""
        now = self._gather(counts)
        slices = [(second, scope, self._since(scope, figures)) for scope, figures in now.items()]
        self._before = now
        return [piece for piece in slices if piece[2].requests or piece[2].failures]

    def _since(self, scope: str, figures: Figures) -> Figures:
        before = self._before.get(scope)
        if before is None or before.requests > figures.requests:  # statistics were reset in between
            return figures.without(Figures())
        return figures.without(before)

    def _gather(self, counts: Counts) -> dict[str, Figures]:
        gathered = {scope: Figures() for scope in self._scopes}
        gathered["all"].add(of_entry(counts.total))
        if gathered.keys() - {"all"}:
            for entry in counts.entries:
                if entry["num_requests"] or entry["num_failures"]:
                    self._count(entry, gathered)
        if self._with_causes:
            self._count_causes(counts.errors, gathered)
        return gathered

    def _count(self, entry: _Entry, gathered: dict[str, Figures]) -> None:
        scopes = [scope for scope in self._scopes_of(entry) if scope != "all"]
        if scopes:
            figures = of_entry(entry)
            for scope in scopes:
                gathered[scope].add(figures)

    def _count_causes(self, errors: Iterable[_Entry], gathered: dict[str, Figures]) -> None:
        for error in errors:
            for scope in self._scopes_of(error):
                if scope in self._with_causes:
                    text = str(error["error"])
                    causes = gathered[scope].causes
                    causes[text] = causes.get(text, 0) + error["occurrences"]

    def _scopes_of(self, entry: _Entry) -> tuple[str, ...]:
        key = (entry["method"], entry["name"])
        if key not in self._matching:
            self._matching[key] = tuple(text for text, scope in self._scopes.items() if scope.matches(*key))
        return self._matching[key]


def of_entry(entry: _Entry) -> Figures:
    """Returns the figures of a StatsEntry's dict; the dicts in it are shared, not copied."""
    return Figures(
        entry["num_requests"],
        entry["num_failures"],
        entry["total_response_time"],
        entry["total_content_length"],
        entry["response_times"],
        minimum_ms=entry["min_response_time"],
        maximum_ms=entry["max_response_time"] if entry["response_times"] else None,
    )


def of_scope(scope: Scope, counts: Counts) -> Figures:
    """Returns all that Locust's merged statistics hold of a scope, minimum and maximum exact."""
    if scope.kind is ScopeKind.ALL:
        figures = of_entry(counts.total)
    else:
        figures = _sum(of_entry(entry) for entry in counts.entries if scope.matches(entry["method"], entry["name"]))
    causes: dict[str, int] = {}
    for error in counts.errors:
        if scope.matches(error["method"], error["name"]):
            causes[str(error["error"])] = causes.get(str(error["error"]), 0) + error["occurrences"]
    figures.causes = causes
    return figures


def _sum(parts: Iterable[Figures]) -> Figures:
    parts = list(parts)
    figures = Figures()
    for part in parts:
        figures.add(part)
    figures.minimum_ms = min((part.minimum_ms for part in parts if part.minimum_ms is not None), default=None)
    figures.maximum_ms = max((part.maximum_ms for part in parts if part.maximum_ms is not None), default=None)
    return figures
