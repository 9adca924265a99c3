"""Judges the criteria of one run after the other, while it lasts and at its end; ends it where one says abort."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import gevent
from locust.env import Environment

from swarmfile.definition.assertion import Consequence, Criterion
from swarmfile.definition.settings import Assertions
from swarmfile.definition.validity import Doubt, Effect, Reason, Validity
from swarmfile.judge.board import Board, Standing, judged
from swarmfile.judge.sentences import main_cause, sentence, too_few
from swarmfile.judge.slices import Counts, of_scope
from swarmfile.judge.worker import KEY, SecondBySecond
from swarmfile.listeners import quietly
from swarmfile.run.finished import Cause, Run
from swarmfile.run.live import LiveRun
from swarmfile.run.seconds import RunSeconds
from swarmfile.run.timeline import Timeline
from swarmfile.run.values import RunValues
from swarmfile.stats.distribution import Figures
from swarmfile.stats.scope import ScopeKind
from swarmfile.verdict import Assertion, AssertionState

logger = logging.getLogger("swarmfile")

# Seconds until a second is complete: workers report every 3 s; a single process at once.
SETTLE_S = 4
LOCAL_SETTLE_S = 1


class Judge:
    """Takes what workers report (or, in a single process, its own seconds) and tells how each criterion stands."""

    def __init__(
        self,
        settings: Assertions,
        environment: Environment,
        own: SecondBySecond | None = None,
        validity: Validity | None = None,
    ) -> None:
        self._settings = settings
        self._validity = validity or Validity()
        self._environment = environment
        self._own = own
        stop = settings.safety_stop
        self._criteria = [*settings.criteria, *([stop] if stop and stop not in settings.criteria else [])]
        self.begin()

    def begin(self, live: LiveRun | None = None) -> None:
        """A run began; what is reported goes into its timeline and its values, too."""
        self._timeline = live.timeline if live else Timeline()
        self._values = live.values if live else RunValues()
        self._clock = RunSeconds()
        self._board = Board(
            self._criteria,
            warm_up_s=self._settings.warm_up_s,
            cool_down_s=self._settings.cool_down_s,
            settle_s=LOCAL_SETTLE_S if self._own else SETTLE_S,
        )
        self._aborted: list[Standing] = []
        self._final: Sequence[Standing] | None = None

    def report(self, data: Mapping[str, Any]) -> None:
        """A worker reported."""
        sent = data.get(KEY, {"slices": (), "now": 0.0})
        for second, scope, fields in sent["slices"]:
            self._record(self._clock.second(second, sent["now"]), scope, Figures.of_wire(fields))

    def second(self, live: LiveRun) -> None:
        """Judges the seconds that are complete now."""
        self._take_own()
        phase = live.phase
        broken = self._board.advance(self._clock.elapsed_s, phase.name if phase else None)
        if broken and not self._aborted:
            self._abort(live, broken)

    def standings(self) -> Iterator[Assertion]:
        """Yields what is asserted as it stands with the seconds that are complete."""
        for standing in self._board.each():
            if (criterion := standing.criterion) in self._settings.criteria:
                text = criterion.text or str(criterion)
                yield Assertion(text, standing.value, criterion.threshold, standing.state)

    def assertions(self, run: Run) -> Iterator[Assertion]:
        """Yields what was asserted, at the end; the safety stop only where it stopped the run."""
        for standing in self._standings(run):
            criterion = standing.criterion
            if criterion in self._settings.criteria or standing in self._aborted:
                text = criterion.text or str(criterion)
                prefix = "aborted: " if standing in self._aborted else ""
                said = prefix + sentence(standing) + main_cause(standing, run.stats.errors.values())
                yield Assertion(text, standing.value, criterion.threshold, standing.state, said, _only_warns(criterion))

    def doubts(self, run: Run) -> Iterator[Doubt]:
        """Yields the criteria that say nothing; an aborted run or one without requests has its reason already."""
        silent_anyway = not run.stats.total.num_requests and self._validity.effect(Reason.NO_REQUESTS)
        if run.cause in (Cause.ABORTED, Cause.NEVER_BEGAN) or silent_anyway is Effect.INVALIDATE:
            return
        for standing in self._standings(run):
            criterion = standing.criterion
            if criterion not in self._settings.criteria:
                continue
            if standing.state is AssertionState.UNKNOWN:
                yield Doubt(Reason.CRITERION_UNKNOWN, sentence(standing), _only_warns(criterion))
            elif why := too_few(standing, self._board.sufficiency(criterion)):
                yield Doubt(Reason.TOO_FEW_REQUESTS, why, _only_warns(criterion))

    def _abort(self, live: LiveRun, broken: list[Standing]) -> None:
        self._aborted = broken
        for standing in broken:
            logger.warning("swarmfile: abort: %s", sentence(standing))
        live.end(Cause.ABORTED)
        if self._environment.runner:
            gevent.spawn(quietly(self._environment.runner.stop))

    def _standings(self, run: Run) -> Sequence[Standing]:
        if self._final is None:
            if self._own:
                self._own.tick(int(time.time()))
            self._take_own()
            self._board.finish(self._clock.of_run(run.elapsed_s))
            self._final = [self._exact(standing, run) for standing in self._board.standings()]
        return self._final

    def _exact(self, standing: Standing, run: Run) -> Standing:
        criterion, settings = standing.criterion, self._settings
        if aborted := next((known for known in self._aborted if known.criterion == criterion), None):
            return aborted
        is_part = criterion.window_s or criterion.phase is not None or settings.warm_up_s or settings.cool_down_s
        if is_part or criterion.scope.kind is ScopeKind.VALUE:
            return standing
        # The whole run is what Locust's own files and pages show: the same number, from the same place.
        stats = run.stats
        figures = of_scope(criterion.scope, Counts.of(stats))
        seconds = self._clock.true_span_s((stats.last_request_timestamp or 0.0) - stats.start_time)
        return judged(criterion, criterion.reads(figures, seconds) if figures.requests else None)

    def _take_own(self) -> None:
        now = time.time()
        for second, scope, figures in self._own.take() if self._own else ():
            self._record(self._clock.second(second, now), scope, figures)

    def _record(self, second: int, scope: str, figures: Figures) -> None:
        if scope == "all":
            self._timeline.record(second, figures)
        self._values.count(scope, figures)
        self._board.record(second, scope, figures)


def _only_warns(criterion: Criterion) -> bool:
    return criterion.consequence is Consequence.WARN
