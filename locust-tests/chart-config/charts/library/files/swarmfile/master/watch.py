"""Follows each run on the master, or in a single process, from its start to its verdict.

A run begins with Locust's test_start and ends with its test_stopping. On a master the statistics are final only once
each living worker has reported after its stop, a few seconds later: then the run is concluded, by `settle` in a web UI
that stays, or by `run_quit` before the process ends. Whoever comes first concludes; the other finds nothing to do.
"""

import logging
import time
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
from gevent.lock import RLock
from locust.env import Environment
from locust.runners import MasterRunner, Runner

from swarmfile import verdict
from swarmfile.listeners import gather, quietly, tell
from swarmfile.load.shape import StagesShape
from swarmfile.master import kept as run_kept
from swarmfile.master import script_exit
from swarmfile.results import files as results
from swarmfile.results.csv import History
from swarmfile.results.names import HISTORY
from swarmfile.run.context import Context, new_run_id
from swarmfile.run.finished import Cause, Concluded, Run
from swarmfile.run.live import LiveRun
from swarmfile.stats import corrected as distribution_corrected
from swarmfile.untrusted.text import one_line

logger = logging.getLogger("swarmfile")

SAMPLE_INTERVAL_S = 1.0
# Living workers report every 3 s, a saturated one later.
LAST_REPORTS_LIMIT_S = 12.0
# Locust's own timers are late by up to a second.
TIMER_SLACK_S = 1.5


class RunWatch:
    """What is known of the runs of this process.

    live: the run that goes on or waits for last reports; concluded: the last one that has a verdict
    intended: this process was started to run the test by itself
    wish: why the next stop comes, where that was said beforehand; ended_at: where the script says that it ends the run
    """

    def __init__(self, context: Context, environment: Environment) -> None:
        self.context = context
        self.environment = environment
        self.live: LiveRun | None = None
        self.concluded: Concluded | None = None
        self.wish: Cause | None = None
        self.ended_at = ""
        self.options: Namespace = environment.parsed_options or Namespace()
        self.intended = bool(self.options.autostart or self.options.headless)
        self.next_id = context.first_run or new_run_id(context.settings.type)
        self.run_time_s = self.options.run_time if self.intended else None
        self.exit_code_set = False
        self._concluding = RLock()
        self._requested = (0, 1.0)
        self._history: History | None = None

    @property
    def runner(self) -> Runner:
        """Locust's runner: a MasterRunner or a LocalRunner."""
        assert self.environment.runner
        return self.environment.runner

    def requested(self, users: int, spawn_rate: float) -> None:
        """Locust is about to be told a number of users; a new run would clear the statistics of the last one."""
        self._requested = (users, spawn_rate)
        if self.live and self.live.cause:
            self.conclude()
        elif self.live:
            self.live.plan.tell(self.live.elapsed_s, users, spawn_rate)

    def begin(self) -> None:
        """Starts to follow a run."""
        if self.concluded:
            # What the script said of the run before.
            self.environment.process_exit_code = None
        self.live = LiveRun(self.next_id, self.context.settings.type, self.folder, self.environment)
        self.next_id, self.wish, self.ended_at = new_run_id(self.context.settings.type), None, ""
        self.live.planned_s = self.planned_s
        self.live.plan.tell(0.0, *self._requested)
        results.reserve(self.live.folder)
        self._history = History(self.live.folder / HISTORY)
        logger.info("swarmfile: run %s began; its results go to %s", self.live.id, self.live.folder)
        tell(self.context.hooks.begun, self.live)
        gevent.spawn(self._follow, self.live, self._history)

    def end(self) -> None:
        """Notes why the run ends: the first cause that is known."""
        if self.live:
            self.live.end(self._cause(self.live))

    def report(self, client_id: str, data: Mapping[str, Any], **_: object) -> None:
        """A worker's report was merged into the statistics."""
        if self.live:
            self.live.workers.report(client_id, data)

    def heard(self, client_id: str, **_: object) -> None:
        """A worker's heartbeat came."""
        if self.live:
            self.live.presence.heard(client_id, self.live.elapsed_s)

    def settle(self) -> None:
        """Waits until no living worker's last report is missing, at most some seconds, and concludes."""
        live, limit_s = self.live, time.monotonic() + LAST_REPORTS_LIMIT_S
        while live and live is self.live and live.workers.pending and time.monotonic() < limit_s:
            gevent.sleep(0.1)
        if live is self.live:
            self.conclude()

    def conclude(self) -> None:
        """Judges the run and writes its results, once; returns when that is done, whoever does it."""
        with self._concluding:
            if (live := self.live) is None:
                return
            live.end(self._cause(live, Cause.INTERRUPTED))
            if self._history:
                quietly(self._history.append)(self.environment)
                self._history.close()
            error = self._history.error if self._history else None
            try:
                self._judge(self._finished(live), str(error) if error else None)
            finally:
                self.live = None

    def never_began(self, detail: str, *, may_still_run: bool = False) -> None:
        """Concludes the run that was intended and will not come, or not from this process."""
        with self._concluding:
            if self.concluded:
                return
            now = time.time()
            folder = self.folder
            quietly(History(folder / HISTORY).close)()
            named = (self.next_id, self.context.settings.type, folder)
            run = Run(*named, now, now, None, Cause.NEVER_BEGAN, detail, may_still_run=may_still_run)
            self._judge(run, None)

    def _judge(self, run: Run, history_error: str | None) -> None:
        hooks = self.context.hooks
        doubts, warnings = self.context.settings.validity.weigh(gather(hooks.doubts, run))
        assertions = [*gather(hooks.assertions, run), *script_exit.assertions(self.environment)]
        assertions = [replace(each, sentence=one_line(each.sentence)) for each in assertions]
        doubts, warnings = tuple(map(one_line, doubts)), tuple(map(one_line, warnings))
        judged = verdict.judge(run.id, run.type, doubts, assertions, warnings)
        if history_error:
            judged = results.unwritten(judged, f"{HISTORY}: {history_error}")
        judged = self._confirmed(run, results.write(run, judged, self.environment, self.context))
        self.live, self.concluded = None, Concluded(run, judged)
        tell(hooks.concluded, self.concluded)

    def revise(self) -> None:
        """Judges once more: the script set an exit code after the verdict, when the process quits."""
        if self.concluded and (assertions := script_exit.assertions(self.environment)):
            revised = script_exit.with_assertions(self.concluded.verdict, assertions)
            if revised != self.concluded.verdict:
                results.rewrite(self.concluded.run, revised, self.context)
                self.concluded = Concluded(self.concluded.run, self._confirmed(self.concluded.run, revised))
                tell(self.context.hooks.concluded, self.concluded)

    def _confirmed(self, run: Run, judged: verdict.Verdict) -> verdict.Verdict:
        if self.context.sidecar is None:
            return judged
        final = run_kept.confirmed(judged, self.context.sidecar)
        if final != judged:
            results.rewrite(run, final, self.context)
        return final

    def _finished(self, live: LiveRun) -> Run:
        run, wish = live.finish(), self.context.settings.raw.get("results") or {}
        run = replace(run, detail=self.ended_at) if run.cause is Cause.SCRIPT else run
        if not wish.get("correctedPercentiles"):
            return run
        times, classes = run.stats.total.response_times, self.environment.user_classes
        return replace(run, corrected=distribution_corrected.summary(times, classes))

    def _follow(self, live: LiveRun, history: History) -> None:
        sample, append = quietly(live.sample), quietly(history.append)
        while live.cause is None:
            sample()
            append(self.environment)
            tell(self.context.hooks.second, live)
            gevent.sleep(SAMPLE_INTERVAL_S)

    def _cause(self, live: LiveRun, otherwise: Cause = Cause.STOPPED) -> Cause:
        """Returns why the run ends; whatever ends one that had all of its time cuts nothing short."""
        runner, planned_s = self.runner, live.planned_s
        if self._shape_ends():
            return Cause.COMPLETED
        if planned_s is not None and live.elapsed_s >= planned_s and self.wish is not None:
            return Cause.COMPLETED
        if self.wish is not None:
            return self.wish
        if isinstance(runner, MasterRunner) and runner.worker_count <= 0:
            return Cause.WORKERS_LOST
        if planned_s is not None and live.elapsed_s >= planned_s - TIMER_SLACK_S:
            return Cause.COMPLETED
        return otherwise

    def _shape_ends(self) -> bool:
        """Whether it is the shape itself that ends the run, before the run time or without one."""
        return gevent.getcurrent() is self.runner.shape_greenlet

    @property
    def planned_s(self) -> float | None:
        """Seconds that the next run is to last: all its stages, or its run time; None without an end of its own."""
        shape = self.environment.shape_class
        return shape.duration_s if isinstance(shape, StagesShape) else self.run_time_s

    @property
    def folder(self) -> Path:
        """Where the results of the next run go."""
        return self.context.results / self.next_id
