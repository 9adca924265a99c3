"""Which runs a run is held against, and how it stands beside them."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice

from swarmfile.compare.contrast import Contrast, contrast, levels, times_more
from swarmfile.compare.estimate import FEWEST_BLOCKS, Estimate, estimating, shown
from swarmfile.compare.kept import KeptRun, differences
from swarmfile.definition.assertion import Criterion
from swarmfile.definition.baseline import Baseline
from swarmfile.stats.blocks import Block
from swarmfile.stats.distribution import Figures
from swarmfile.stats.scope import Scope, ScopeKind
from swarmfile.verdict import AssertionState, Outcome

# Of a folder with years of runs, so many are looked at for some that can be compared.
MOST_LOOKED_AT = 30


@dataclass(frozen=True)
class Against:
    """A criterion beside its baseline: values in its base unit, the change and its interval relative.

    state: UNKNOWN where the interval holds the limit, or a side has nothing to read
    times_more: as much more measuring would decide; None: nothing sensible would
    """

    criterion: Criterion
    state: AssertionState = AssertionState.UNKNOWN
    before: float | None = None
    after: float | None = None
    change: float = 0.0
    low: float = 0.0
    high: float = 0.0
    times_more: float | None = None

    @property
    def limit(self) -> float | None:
        """The value that the limit stands for."""
        return None if self.before is None else self.before * (1 + self.criterion.number / 100)


def chosen(
    baseline: Baseline, runs: Iterable[KeptRun], current: KeptRun, marked: Set[str]
) -> tuple[list[KeptRun], str]:
    """Returns the runs of a baseline and, where there is none, why; `runs` come the newest first."""
    found, why = list[KeptRun](), f"there is no run of {current.type} with PASS before it"
    if baseline.run is not None:
        why = f"there is no run {baseline.run} with PASS"
    elif baseline.passes is None:
        why = "no run is marked: swarmfile baseline set RUN"
    for run in islice((each for each in runs if _may_be(baseline, each, current, marked)), MOST_LOOKED_AT):
        problem = _problem(run, current)
        if not problem:
            found.append(run)
        elif not found:
            why = f"{run.run} cannot be compared: {problem}"
        if len(found) == (baseline.passes or (1 if baseline.run else MOST_LOOKED_AT)):
            break
    return found, "" if found else why


def judging(criteria: Sequence[Criterion], before: Sequence[KeptRun], after: KeptRun) -> Iterator[list[Against] | None]:
    """Yields None after each few milliseconds of work, and last how each criterion stands; all hold together."""
    pairs = list[tuple[Estimate | None, Estimate | None]]()
    for criterion in criteria:
        sides = list[Estimate | None]()
        for runs in (before, [after]):
            blocks = [_of_scope(criterion.scope, run.blocks) for run in runs]
            sides.append((yield from _last(estimating(criterion.subject, None, blocks))))
        pairs.append((sides[0], sides[1]))
    known = {place: contrast(old, new) for place, (old, new) in enumerate(pairs) if old and new}
    limits = {place: math.log1p(criteria[place].number / 100) for place in known}
    level = dict(zip(known, levels(list(known.values()), list(limits.values())), strict=True))
    yield [
        _against(criterion, pair, known[place], level[place], limits[place]) if place in known else Against(criterion)
        for place, (criterion, pair) in enumerate(zip(criteria, pairs, strict=True))
    ]


def _last(estimates: Iterator[Estimate | None]) -> Generator[None, None, Estimate | None]:
    """Yields None for each, and returns the last."""
    last: Estimate | None = None
    for each in estimates:
        last = each
        yield None
    return last


def _against(
    criterion: Criterion, pair: tuple[Estimate | None, Estimate | None], apart: Contrast, alpha: float, limit: float
) -> Against:
    low, high = apart.interval(alpha)
    wants_less = criterion.operator in ("<", "<=")
    is_below, is_above = high <= limit, low > limit
    state = AssertionState.UNKNOWN
    if is_below or is_above:
        state = AssertionState.HELD if is_below == wants_less else AssertionState.BROKEN
    before, after = (shown(criterion.subject, each.value) if each else None for each in pair)
    change, lowest, highest = (math.expm1(min(value, 50.0)) for value in (apart.value, low, high))
    times = times_more(apart, [limit], alpha)
    return Against(criterion, state, before, after, change, lowest, highest, times)


def _may_be(baseline: Baseline, run: KeptRun, current: KeptRun, marked: Set[str]) -> bool:
    if run.outcome != Outcome.PASS or run.run == current.run or run.type != current.type:
        return False
    return baseline.means(run.run, is_marked=run.run in marked)


def _problem(run: KeptRun, current: KeptRun) -> str:
    if run.problem:
        return run.problem
    if min(len(run.blocks), len(current.blocks)) < FEWEST_BLOCKS:
        return "one of the two is too short; let runs last at least 30s after warmUp"
    return "; ".join(differences([run, current]))


def _of_scope(scope: Scope, blocks: Sequence[Block]) -> list[Block]:
    if scope.kind is ScopeKind.ALL:
        return list(blocks)
    is_in = _remembered(scope)
    found = []
    for block in blocks:
        total = Figures()
        for name, figures in block.endpoints.items():
            if is_in(name):
                total.add(figures)
        found.append(Block(block.at_s, block.length_s, total))
    return found


def _remembered(scope: Scope) -> Callable[[str], bool]:
    known = dict[str, bool]()

    def is_in(endpoint: str) -> bool:
        if endpoint not in known:
            method, _, name = endpoint.partition(" ")
            known[endpoint] = scope.matches(method, name) or scope.matches("", endpoint)
        return known[endpoint]

    return is_in
