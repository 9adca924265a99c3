"""Logs a verdict when it is known, and again as the last words of the process where more was logged since.

Locust logs its own statistics when it ends, and workers that come and go after the run are logged, too. A Job's verdict
is left as its container's termination message, too, which `kubectl describe pod` shows.
"""

import atexit
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from swarmfile.listeners import tell
from swarmfile.results.metrics import entry
from swarmfile.results.names import METRICS
from swarmfile.run.context import Context
from swarmfile.run.finished import Cause, Concluded, Run

logger = logging.getLogger("swarmfile.verdict")
# These do not pass their records on to the root.
LOCUST_LOGGERS = ("locust", "locust.stats_logger")
# Kubernetes mounts it writable, into a read-only root file system too, and keeps as many bytes of it.
PLACE = Path("/dev/termination-log")
MOST_BYTES = 4096


def install(context: Context) -> None:
    """Listens to verdicts. What is registered first at a process's exit runs last."""
    log = VerdictLog()
    context.hooks.concluded.append(lambda concluded: log.say(lines(concluded)))
    context.hooks.resumed.append(lambda concluded: log.say(lines(concluded)))
    context.hooks.verdict_last.append(log.repeat)
    atexit.register(lambda: tell(context.hooks.verdict_last))
    leave_message(context)


def leave_message(context: Context, place: Path = PLACE) -> None:
    """Waits for the verdict, on a Job's master only: no other container ends with its run."""

    def leave(text: str) -> None:
        # A character that is cut in two would be no UTF-8, which Kubernetes refuses.
        place.write_text(text.encode()[:MOST_BYTES].decode(errors="ignore"), "utf-8")

    if context.in_run_of_a_job and place.exists():
        context.hooks.concluded.append(lambda concluded: leave("\n".join(concluded.verdict.log_lines())))


class Listener(logging.Handler):
    """Notes that something was logged."""

    anything = False

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - its coming is all that counts
        """Takes any record."""
        self.anything = True


class VerdictLog:
    """The last verdict of this process, and whether anything was logged since."""

    def __init__(self) -> None:
        self.listener = Listener()
        self._lines: Sequence[str] = ()

    def say(self, verdict_lines: Sequence[str]) -> None:
        """Logs a verdict, whatever --loglevel says."""
        logger.setLevel(logging.INFO)
        for line in verdict_lines:
            logger.info(line)
        self._lines = verdict_lines
        # Only now, and each time: Locust's set-up of logging removes the handlers that it does not know.
        for name in (None, *LOCUST_LOGGERS):
            logging.getLogger(name).addHandler(self.listener)
        self.listener.anything = False

    def repeat(self) -> None:
        """Logs the verdict again where it is not the last thing in the log."""
        if self.listener.anything:
            self.say(self._lines)


def lines(concluded: Concluded) -> list[str]:
    """Returns verdict, reasons, warnings and one line of numbers."""
    numbers = numbers_of(concluded.run)
    return [*concluded.verdict.log_lines(), *([f"swarmfile: numbers: {numbers}"] if numbers else [])]


def numbers_of(run: Run) -> str:
    """Returns requests, rate, p95 and errors; empty where they are not known."""
    try:
        totals = _recorded(run) if run.cause is Cause.RESTARTED else entry(run.stats.total)
        return _sentence(totals)
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _recorded(run: Run) -> Mapping[str, Any]:
    # An earlier process made the run: its statistics are in its files alone.
    totals: Mapping[str, Any] = json.loads((run.folder / METRICS).read_text(encoding="utf-8"))["totals"]
    return totals


def _sentence(totals: Mapping[str, Any]) -> str:
    requests, failures = totals["requests"], totals["failures"]
    if not requests:
        return "no requests"
    times = f"{totals['requests_per_s']:.1f} requests/s, p95 {totals['percentiles_ms']['p95']:,.0f} ms"
    return f"{requests:,} requests, {times}, {failures:,} failed ({failures / requests:.2%})"
