"""Holds every criterion of a run against what the workers report, second by second.

How a criterion is judged:
- Without `for`: over all counted seconds together. `warmUp` seconds at the start and `coolDown` seconds at the end do
  not count; with `during` only the seconds in that phase do.
- `for N s`: over every window of N whole, consecutive, counted seconds. It is broken for good as soon as the condition
  fails over one of them; windows in which there is nothing to read (no request had a response time) are passed over.
  The value that is told is that of the worst window.
- `abort` is judged while the run lasts, once its grace period is over, so a cool-down does not apply to it.
- Unknown: the scope never had a request, the phase never came, or no window was ever full.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from swarmfile.definition.assertion import Consequence, Criterion
from swarmfile.stats.blocks import BLOCK_S
from swarmfile.stats.distribution import Figures
from swarmfile.stats.sufficiency import Sufficiency, TenSeconds
from swarmfile.verdict import AssertionState


@dataclass(frozen=True)
class Standing:
    """A criterion with its value in the base unit (ms, share, per second, bytes, count); None while unknown."""

    criterion: Criterion
    state: AssertionState
    value: float | None
    # The second of the run at which the window that the value comes from ended; None for values of the whole run.
    window_end_s: int | None = None


def judged(criterion: Criterion, value: float | None) -> Standing:
    """Returns how a criterion without a window stands at that value; None: nothing was there to read."""
    if value is None:
        return Standing(criterion, AssertionState.UNKNOWN, None)
    return Standing(criterion, AssertionState.HELD if criterion.holds(value) else AssertionState.BROKEN, value)


class Board:
    """Takes figures per second and scope as they arrive, late ones too, and judges seconds once they are complete."""

    def __init__(
        self, criteria: Sequence[Criterion], *, warm_up_s: int = 0, cool_down_s: int = 0, settle_s: int = 4
    ) -> None:
        """`settle_s` is how long a second waits for the reports of slow workers (every 3 s each)."""
        self._trackers = [_Tracker(criterion, warm_up_s, cool_down_s) for criterion in criteria]
        self._settle_s = settle_s
        self._closed = 0
        self._seconds: dict[int, dict[str, Figures]] = defaultdict(dict)
        self._phases: dict[int, str] = {}
        self._last_phase: str | None = None

    def record(self, second: int, scope: str, figures: Figures) -> None:
        """Counts figures for a second of the run; what comes after its second was judged counts in the next one."""
        at = self._seconds[max(second, self._closed)]
        if scope in at:
            at[scope].add(figures)
        else:
            at[scope] = figures

    def advance(self, elapsed_s: float, phase: str | None = None) -> list[Standing]:
        """Judges the seconds that are complete, and returns the abort criteria that are broken."""
        if phase is not None:
            self._phases[int(elapsed_s)] = phase
        for second in range(self._closed, int(elapsed_s) - self._settle_s):
            self._close(second, length_s=1.0)
        return [tracker.standing() for tracker in self._trackers if tracker.aborts(self._closed)]

    def finish(self, elapsed_s: float) -> None:
        """Judges what is left at the end of the run; a last, partial second belongs to no window."""
        last = max([int(elapsed_s), *self._seconds], default=0)
        for second in range(self._closed, last + 1):
            self._close(second, length_s=min(1.0, max(0.0, elapsed_s - second)))

    def standings(self) -> tuple[Standing, ...]:
        """Returns how each criterion stands now, in the definition's order."""
        return tuple(self.each())

    def each(self) -> Iterator[Standing]:
        """Yields the same one by one: over a whole run each takes up to some hundred microseconds."""
        return (tracker.standing() for tracker in self._trackers)

    def sufficiency(self, criterion: Criterion) -> Sufficiency | None:
        """Returns what the counted seconds are evidence of; None where the criterion allows no share of violations."""
        limit = criterion.allowed_share
        if limit is None or not 0 < limit < 1:
            return None
        blocks = next(each.blocks for each in self._trackers if each.criterion == criterion)
        return Sufficiency.of(blocks, limit) if blocks else None

    def _close(self, second: int, *, length_s: float) -> None:
        figures = self._seconds.pop(second, {})
        phase = self._phases.pop(second, None) or self._last_phase
        self._last_phase = phase
        for tracker in self._trackers:
            of_scope = figures.get(str(tracker.criterion.scope), _NOTHING)
            tracker.take(_Second(second, tracker.read_of(of_scope), phase, length_s))
        self._closed = second + 1


_NOTHING = Figures()


@dataclass(frozen=True)
class _Second:
    at: int
    figures: Figures
    phase: str | None
    length_s: float  # below 1 for the last, 0 for what was still under way when the run ended


class _Tracker:
    """One criterion: what counted so far, the window that is open, and the worst window seen."""

    def __init__(self, criterion: Criterion, warm_up_s: int, cool_down_s: int) -> None:
        self.criterion = criterion
        self._warm_up_s = warm_up_s
        self._waiting: deque[_Second] = deque()
        self._delay_s = 0 if criterion.consequence is Consequence.ABORT else cool_down_s
        self._requests = 0
        # Of a criterion without a window.
        self._total = Figures()
        self._seconds = 0.0
        self._window: deque[Figures] = deque()
        self._in_window = Figures()
        self._worst: tuple[float, int] | None = None
        self._is_broken = False
        self._blocks: dict[int, TenSeconds] = {}

    @property
    def blocks(self) -> list[TenSeconds]:
        """The counted requests and violations of each ten seconds, where the criterion allows a share of them."""
        return list(self._blocks.values())

    def read_of(self, figures: Figures) -> Figures:
        """Returns what the criterion reads; adding distributions up is most of what a criterion costs."""
        return figures if self.criterion.subject.is_timed else replace(figures, times={})

    def take(self, second: _Second) -> None:
        """Takes the next second; it counts once the cool-down can no longer cover it."""
        self._waiting.append(second)
        if len(self._waiting) > self._delay_s:
            self._count(self._waiting.popleft())

    def aborts(self, elapsed_s: int) -> bool:
        """Returns whether the run must end now."""
        if self.criterion.consequence is not Consequence.ABORT or elapsed_s <= self.criterion.grace_s:
            return False
        return self.standing().state is AssertionState.BROKEN

    def standing(self) -> Standing:
        """Returns how the criterion stands with the seconds counted so far."""
        if self.criterion.window_s:
            return self._standing_of_windows()
        return judged(self.criterion, self.criterion.reads(self._total, self._seconds) if self._requests else None)

    def _standing_of_windows(self) -> Standing:
        if self._worst is None or not self._requests:
            return Standing(self.criterion, AssertionState.UNKNOWN, None)
        value, end_s = self._worst
        return Standing(self.criterion, AssertionState.BROKEN if self._is_broken else AssertionState.HELD, value, end_s)

    def _count(self, second: _Second) -> None:
        if second.at < self._warm_up_s or self.criterion.phase not in (None, second.phase):
            self._window.clear()
            self._in_window = Figures()
            return
        self._requests += second.figures.requests
        if not self.criterion.window_s:
            self._total.add(second.figures)
            self._seconds += second.length_s
            self._add_to_block(second)
        elif second.length_s == 1:
            self._slide(second, self.criterion.window_s)

    def _add_to_block(self, second: _Second) -> None:
        if second.figures.requests and (counted := self.criterion.violations(second.figures)):
            block = self._blocks.get(second.at // BLOCK_S, TenSeconds(0, 0))
            total, violations = counted
            self._blocks[second.at // BLOCK_S] = TenSeconds(block.requests + total, block.violations + violations)

    def _slide(self, second: _Second, window_s: int) -> None:
        self._window.append(second.figures)
        self._in_window.add(second.figures)
        if len(self._window) > window_s:
            self._in_window.remove(self._window.popleft())
        if len(self._window) == window_s and second.at >= self.criterion.grace_s:
            self._judge_window(second.at + 1, window_s)

    def _judge_window(self, end_s: int, window_s: int) -> None:
        value = self.criterion.reads(self._in_window, window_s)
        if value is None:
            return
        is_broken = not self.criterion.holds(value)
        if self._worst is None or (is_broken, self._badness(value)) > (self._is_broken, self._badness(self._worst[0])):
            self._worst = (value, end_s)
        self._is_broken = self._is_broken or is_broken

    def _badness(self, value: float) -> float:
        if self.criterion.operator in ("<", "<="):
            return value
        return -value if self.criterion.operator in (">", ">=") else abs(value - self.criterion.threshold)
