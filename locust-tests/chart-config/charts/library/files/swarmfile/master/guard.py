"""Says in one line, with a verdict and its files, why a test's script cannot be run, instead of a crash loop.

Locust loads scripts before anything of ours could listen to it: an error in one of them leaves the process as an
exception, a script without User class as sys.exit. Both pass through here, as long as Locust's set-up did not begin.
"""

import atexit
import logging
import os
import signal
import sys
import threading
import traceback
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from locust import events
from locust.env import Environment
from locust.log import setup_logging
from locust.util.load_locustfile import is_user_class

from swarmfile.master.watch import RunWatch
from swarmfile.run.context import Context
from swarmfile.run.scripts import options, scripts
from swarmfile.verdict import EXIT_CODES, Outcome

logger = logging.getLogger("swarmfile")


def install(context: Context) -> None:
    """Watches over the time until Locust's `init` event."""
    guard = _Guard(context)
    sys.excepthook = guard.except_hook(sys.excepthook)
    atexit.register(guard.at_exit)
    events.init.add_listener(guard.passed)


class _Guard:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._problem: str | None = None
        self._passed = False

    def passed(self, environment: Environment, **_: object) -> None:
        self._passed = True
        # Locust names the first of its files in the web UI and in reports.
        environment.locustfile = next((path.name for path in scripts()), environment.locustfile)

    def except_hook(self, otherwise: Callable[..., object]) -> Callable[..., object]:
        def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if self._passed or not (problem := describe(error, trace, scripts())):
                otherwise(kind, error, trace)
            else:
                self._problem = problem

        return hook

    def at_exit(self) -> None:
        if not self._passed and (problem := self._problem or without_users(scripts())):
            refuse(self._context, problem)


def describe(error: BaseException, trace: TracebackType | None, files: list[Path]) -> str | None:
    """Returns what is wrong, with the script's line; None where the error did not come from loading a script."""
    if isinstance(error, SyntaxError) and (error.filename or "") in map(str, files):
        return f"{Path(error.filename or '').name}: line {error.lineno}: {error.msg}"
    names = {path.name for path in files}
    lines = [frame for frame in traceback.extract_tb(trace) if Path(frame.filename).name in names]
    if isinstance(error, SyntaxError) and lines:
        return f"{lines[-1].name}: {error.filename}: line {error.lineno}: {error.msg}"
    return (
        f"{Path(lines[-1].filename).name}: line {lines[-1].lineno}: {type(error).__name__}: {error}" if lines else None
    )


def without_users(files: list[Path]) -> str | None:
    """Returns the complaint where all scripts were loaded and none has a User class that can be run."""
    modules = [sys.modules.get(path.stem) for path in files]
    if not modules or any(m is None or any(map(is_user_class, vars(m).values())) for m in modules):
        return None
    return f"{files[0].name} has no User class: write one that derives from HttpUser"


def refuse(context: Context, problem: str, remedy: str = "a corrected script") -> None:
    """Ends this process, which nothing else can use any more; where Kubernetes would start it again, it waits."""
    setup_logging("INFO")
    worker = options().worker
    if worker:
        logger.error("swarmfile: the script cannot be run: %s", problem)
    else:
        conclude(context, problem)
    if context.restarted_when_ended or (worker and context.rests_when_ended):
        _wait_for_the_end(remedy)
    sys.stderr.flush()
    os._exit(EXIT_CODES[Outcome.INVALID])


def conclude(context: Context, problem: str) -> None:
    """Writes the files of a run without requests, and INVALID with the problem as its reason."""
    none = Namespace(autostart=False, headless=False, run_time=None)
    environment = Environment(user_classes=[], events=events, parsed_options=none)
    environment.create_local_runner()
    RunWatch(context, environment).never_began(problem)


def _wait_for_the_end(remedy: str) -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    logger.info("swarmfile: waiting for %s", remedy)
    # With a timeout, since gevent calls a wait without one an endless one, and ends it.
    while not ended.wait(1.0):
        pass
