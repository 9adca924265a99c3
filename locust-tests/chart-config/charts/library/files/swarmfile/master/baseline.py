"""Holds a run that ended against its baseline: the criteria that say so, and doubts where nothing can be told."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import gevent

from swarmfile.compare.baseline import Against, chosen, judging
from swarmfile.compare.kept import KeptRun, kept_run
from swarmfile.definition.assertion import Consequence, number
from swarmfile.definition.validity import Doubt, Reason
from swarmfile.judge.sentences import readable
from swarmfile.master.watch import RunWatch
from swarmfile.results import baselines
from swarmfile.results import metrics as results_metrics
from swarmfile.run.finished import Cause, Run
from swarmfile.verdict import Assertion, AssertionState, Outcome


def install(watch: RunWatch) -> None:
    """Judges each run of this process, where a criterion speaks of a baseline."""
    if watch.context.settings.assertions.relative:
        judge = BaselineJudge(watch)
        watch.context.hooks.doubts.append(judge.doubts)
        watch.context.hooks.assertions.append(judge.assertions)
        watch.context.hooks.kept.append(judge.kept)


class BaselineJudge:
    """Compares each run once, and tells what came of it."""

    def __init__(self, watch: RunWatch) -> None:
        self._watch = watch
        self._criteria = watch.context.settings.assertions.relative
        self._run: Run | None = None
        self._baseline: Sequence[KeptRun] = ()
        self._missing = ""
        self._judged: Sequence[Against] = ()

    def assertions(self, run: Run) -> Iterator[Assertion]:
        """Yields the criteria that speak of the baseline."""
        for each in self._compared(run):
            warns = each.criterion.consequence is Consequence.WARN
            yield Assertion(each.criterion.text, each.after, each.limit, each.state, self._sentence(each), warns)

    def doubts(self, run: Run) -> Iterator[Doubt]:
        """Yields why a criterion says nothing; a run that never began or has no requests has its reason already."""
        if run.cause is Cause.NEVER_BEGAN or not run.stats.total.num_requests:
            return
        judged = self._compared(run)
        if self._missing:
            yield Doubt(Reason.NO_BASELINE, f"there is no baseline ({self._setting}): {self._missing}")
        for each in judged if not self._missing else ():
            only_warns = each.criterion.consequence is Consequence.WARN
            if each.before is None or each.after is None:
                yield Doubt(Reason.CRITERION_UNKNOWN, self._sentence(each), only_warns)
            elif each.state is AssertionState.UNKNOWN:
                yield Doubt(Reason.TOO_CLOSE, self._sentence(each), only_warns)

    def kept(self, run: Run) -> Iterator[tuple[str, Any]]:
        """Yields what metrics.json tells of the baseline."""
        if run is self._run:
            yield "baseline", {"runs": [each.run for each in self._baseline], "why_none": self._missing or None}

    @property
    def _setting(self) -> str:
        return str(self._watch.context.settings.baseline)

    def _compared(self, run: Run) -> Sequence[Against]:
        if run is not self._run:
            self._run, self._judged = run, [Against(criterion) for criterion in self._criteria]
            current, context = self._as_kept(run), self._watch.context
            before = baselines.passes(context.results, run.type)
            self._baseline, self._missing = chosen(
                context.settings.baseline, before, current, baselines.marked(context.results)
            )
            if self._baseline:
                self._judge(current)
        return self._judged

    def _judge(self, current: KeptRun) -> None:
        for judged in judging(self._criteria, self._baseline, current):
            if judged is not None:
                self._judged = judged
            gevent.sleep(0)

    def _as_kept(self, run: Run) -> KeptRun:
        """Returns the run as a later one will read it."""
        verdict = json.dumps({"run": run.id, "type": run.type, "outcome": Outcome.PASS.value})
        metrics = results_metrics.as_json(run, self._watch.environment, self._watch.context)
        return kept_run(verdict.encode(), metrics.encode(), run.blocks.content)

    def _sentence(self, each: Against) -> str:
        criterion = each.criterion
        wanted = f"{criterion.operator} {'+' if criterion.number >= 0 else ''}{number(criterion.number)}% of baseline"
        if self._missing:
            return f"{criterion} says nothing: there is no baseline"
        if each.before is None or each.after is None:
            return f"{criterion} says nothing: its scope had too few requests in one of the runs"
        what = str(criterion).split(f" {criterion.operator} ")[0]
        found = f"{what} was {readable(criterion, each.after)}, {_interval(each)} of the baseline's"
        found = f"{found} {readable(criterion, each.before)} ({', '.join(run.run for run in self._baseline)})"
        if each.state is AssertionState.HELD:
            return f"{found}, as wanted: {wanted}"
        return f"{found}, not {wanted}" if each.state is AssertionState.BROKEN else self._too_close(found, wanted, each)

    def _too_close(self, found: str, wanted: str, each: Against) -> str:
        if each.times_more is None:
            return f"{found}: too close to {wanted} to tell, and much more would not decide; write another limit"
        minutes = math.ceil(each.times_more * (self._run.elapsed_s if self._run else 0) / 60)
        return (
            f"{found}: too close to {wanted} to tell; runs of about {minutes} min, or {math.ceil(each.times_more)} "
            "as many, would decide"
        )


def _interval(each: Against) -> str:
    return f"{each.change:+.1%} ({each.low:+.1%} to {each.high:+.1%})"
