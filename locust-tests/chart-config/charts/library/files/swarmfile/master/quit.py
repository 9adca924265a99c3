"""Ends the process with whole statistics and the verdict's exit code, in whichever way it was told to end."""

import atexit
import contextlib
import os
import signal
import sys

import gevent
from locust import events
from locust.runners import MasterRunner

from swarmfile.listeners import quietly, tell
from swarmfile.master.watch import RunWatch
from swarmfile.run.context import Context
from swarmfile.run.finished import Cause, Concluded
from swarmfile.verdict import Outcome

# Locust's master waits half a second for last reports, workers send them every 3 s.
LAST_REPORTS_S = 5
# Kubernetes gives a pod 30 s to end: stopping must leave time to write the results.
STOP_LIMIT_S = 10.0


def install(watch: RunWatch) -> None:
    """Takes over Locust's ways to the end of this process."""
    options = watch.options
    if options.autoquit != -1:
        options.autoquit = max(options.autoquit, int(watch.environment.stop_timeout) + LAST_REPORTS_S)
    if options.autoquit != -1 or options.headless:
        watch.context.hooks.concluded.append(lambda concluded: _quit_when_cut_short(watch, concluded))
    _stop_before_quit(watch)
    # Python would raise it in whichever greenlet runs, and the web server's handlers swallow it.
    gevent.signal_handler(signal.SIGINT, lambda: interrupted(watch))
    gevent.signal_handler(signal.SIGTERM, lambda: _wish(watch, Cause.TERMINATED))
    # Locust fires this event backwards: what is added during `init` comes before its runner's own listener, ...
    events.quitting.add_listener(quietly(lambda **_: _wish(watch, watch.wish or Cause.INTERRUPTED)))
    # ... and what stands first comes last, after whoever else (a script, locust-plugins) wished for an exit code.
    events.quitting._handlers.insert(0, quietly(lambda **_: _set_exit_code(watch)))
    atexit.register(lambda: _exit_without_quitting(watch))


def interrupted(watch: RunWatch) -> None:
    """Ends the run and the process, as Ctrl-C asks."""
    again, watch.wish = watch.wish is Cause.INTERRUPTED, Cause.INTERRUPTED
    if again or not _main_awaits_shape(watch):
        interrupt()
        return
    # Locust takes Ctrl-C in a shape for the shape's end: it would wait for autoquit, without one for ever.
    watch.options.autoquit = 0
    if isinstance(watch.runner, MasterRunner):
        # Locust's own stop waits a minute for the users of workers that do not answer.
        gevent.spawn(quietly(finish), watch)
    else:
        interrupt()


def interrupt() -> None:
    """Ends Locust's main greenlet as Ctrl-C does."""
    gevent.get_hub().handle_system_error(KeyboardInterrupt, KeyboardInterrupt())


def exit_code(context: Context, concluded: Concluded) -> int:
    """Returns the process's exit code: a Job fails on FAIL only where it was told to, so that results can be had."""
    outcome = concluded.verdict.outcome
    if outcome is Outcome.FAIL and context.one_run_only and not context.settings.assertions.fail_job:
        return 0
    return concluded.verdict.exit_code


def finish(watch: RunWatch) -> None:
    """Stops a run that still goes on, waits for its last reports and concludes it; or says that it never began."""
    runner = watch.runner
    if watch.live:
        gevent.spawn(quietly(runner.stop)).join(timeout=watch.environment.stop_timeout + STOP_LIMIT_S)
        watch.settle()
    elif watch.intended and not watch.concluded:
        _never_began(watch)


def _stop_before_quit(watch: RunWatch) -> None:
    runner = watch.runner
    locust_quit = runner.quit

    def quit_() -> None:
        # Stopping kills the shape's greenlet, and needs the one that listens to workers: be neither of them.
        if gevent.getcurrent() in runner.greenlet:
            if gevent.getcurrent() is runner.shape_greenlet:
                watch.wish = Cause.COMPLETED
            gevent.spawn(quit_)
            return
        quietly(finish)(watch)
        locust_quit()

    runner.quit = quit_  # type: ignore[method-assign]


def _main_awaits_shape(watch: RunWatch) -> bool:
    first = watch.intended and watch.live is not None and watch.concluded is None
    return first and watch.runner.shape_greenlet is not None


def _wish(watch: RunWatch, cause: Cause) -> None:
    if watch.wish is not Cause.SCRIPT:
        watch.wish = cause


def _never_began(watch: RunWatch) -> None:
    runner, options = watch.runner, watch.options
    if watch.wish is Cause.SCRIPT:
        watch.never_began(f"the script ended it before ({watch.ended_at})" if watch.ended_at else "the script ended it")
    elif isinstance(runner, MasterRunner) and runner.worker_count < options.expect_workers:
        # Workers that did not come do not come for a restarted master either.
        watch.never_began(f"{runner.worker_count} of {options.expect_workers} expected workers came")
    else:
        # A pod that was moved may still run it.
        watch.never_began("the process was told to end before", may_still_run=True)


def _set_exit_code(watch: RunWatch) -> None:
    quietly(finish)(watch)
    quietly(watch.revise)()
    if watch.concluded:
        watch.environment.process_exit_code = exit_code(watch.context, watch.concluded)
        watch.exit_code_set = True


def _quit_when_cut_short(watch: RunWatch, concluded: Concluded) -> None:
    # Locust would wait for the run time of a run that was stopped, or that has nobody left to run it.
    runner, web_ui = watch.runner, watch.environment.web_ui
    if concluded.run.cause in (Cause.STOPPED, Cause.SCRIPT, Cause.ABORTED, Cause.WORKERS_LOST) and watch.intended:

        def quit_later() -> None:
            gevent.sleep(max(0, watch.options.autoquit))
            runner.quit()
            if web_ui:
                web_ui.stop()

        gevent.spawn(quit_later)


def _exit_without_quitting(watch: RunWatch) -> None:
    # Locust leaves by sys.exit(1), without its quitting event, when workers did not come or a listener broke.
    if watch.exit_code_set or not watch.intended:
        return
    quietly(finish)(watch)
    if watch.concluded:
        tell(watch.context.hooks.verdict_last)
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(exit_code(watch.context, watch.concluded))
