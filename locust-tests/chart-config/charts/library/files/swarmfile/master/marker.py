"""Runs a definition once: a master that starts again finds the marker of its predecessor and does not repeat the test.

The marker is a file beside the runs' folders, named after the definition, that holds the name of its last run.
"""

import json
import logging
import sys
import time
from pathlib import Path

import gevent
from locust.runners import MasterRunner

from swarmfile.judge.doubts import cut_short
from swarmfile.listeners import quietly, tell
from swarmfile.master.quit import exit_code
from swarmfile.master.watch import RunWatch
from swarmfile.results import files as results
from swarmfile.results.names import VERDICT
from swarmfile.run.finished import Cause, Concluded, Run
from swarmfile.run.live import LiveRun
from swarmfile.run.marker import marker
from swarmfile.untrusted.run_name import is_run_name
from swarmfile.verdict import Verdict, judge

logger = logging.getLogger("swarmfile")

# Workers that lost their master end, and Kubernetes starts them again.
WORKERS_BACK_S = 60.0


def install(watch: RunWatch) -> None:
    """Resumes after a predecessor's run, or leaves a marker once the own run begins."""
    if watch.context.definition is None:
        return
    path = marker(watch.context.results, watch.context.definition)
    if watch.intended and (earlier := last_run(path)):
        resume(watch, earlier)
    watch.context.hooks.begun.append(lambda live: leave(path, live))
    watch.context.hooks.concluded.append(lambda concluded: leave_never_begun(path, concluded))


def last_run(path: Path) -> str | None:
    """Returns the name of the run that was started last; a marker that cannot be read stands for a run, too."""
    try:
        run = str(json.loads(path.read_text(encoding="utf-8"))["run"])
        return run if is_run_name(run) else "unknown"
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "unknown"


def leave(path: Path, live: LiveRun) -> None:
    """Writes the marker."""
    results.write_atomically(path, json.dumps({"run": live.id, "type": live.type}) + "\n")


def resume(watch: RunWatch, run_id: str) -> None:
    """Keeps Locust from starting, and gives the earlier run a verdict if it has none.

    A Job's process, which is that one run, ends here with the verdict's exit code.
    """
    logger.warning("swarmfile: run %s of this definition was started before: not starting it again", run_id)
    watch.concluded = recorded(watch, run_id)
    watch.intended = False
    if watch.context.one_run_only:
        outcome = watch.concluded.verdict.outcome
        logger.warning("swarmfile: this pod ran nothing: it ends as run %s did, with %s", run_id, outcome)
    # Last: the verdict is the end of the log.
    tell(watch.context.hooks.resumed, watch.concluded)
    if watch.context.one_run_only:
        sys.exit(exit_code(watch.context, watch.concluded))
    watch.options.autostart = False
    watch.options.headless = False
    gevent.spawn(quietly(lambda: _say_last(watch)))


def _say_last(watch: RunWatch) -> None:
    """Leaves the verdict at the end of the log, which the workers that come back would take from it."""
    limit_s = time.monotonic() + WORKERS_BACK_S
    while isinstance(watch.runner, MasterRunner) and time.monotonic() < limit_s:
        if watch.runner.worker_count >= watch.options.expect_workers:
            break
        gevent.sleep(1.0)
    if watch.live is None:
        tell(watch.context.hooks.verdict_last)


def recorded(watch: RunWatch, run_id: str) -> Concluded:
    """Returns the earlier run with its verdict: the one on record, or INVALID, which is then written."""
    folder, now = watch.context.results / run_id, time.time()
    run = Run(run_id, watch.context.settings.type, folder, now, now, None, Cause.RESTARTED)
    try:
        content = json.loads((folder / VERDICT).read_text(encoding="utf-8"))
        return Concluded(run, Verdict.from_dict(content))
    except (OSError, ValueError, KeyError):
        judged = judge(run.id, run.type, list(cut_short(run)), [])
    return Concluded(run, results.write_verdict(run, judged, watch.context))


def leave_never_begun(path: Path, concluded: Concluded) -> None:
    """Writes the marker of a run that never began, unless a process that is started again may run it."""
    if concluded.run.cause is Cause.NEVER_BEGAN and not concluded.run.may_still_run:
        results.write_atomically(path, json.dumps({"run": concluded.run.id, "type": concluded.run.type}) + "\n")
