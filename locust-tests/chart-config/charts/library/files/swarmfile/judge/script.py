"""Doubts a run whose script did not do what it should: exceptions that Locust swallows, test data that is not there."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from swarmfile.definition.validity import Doubt, Reason

_QUOTE = '"'
_CALLED = re.compile(r"/(site-packages|lib/python3[.0-9]*|swarmfile/(http|clients|stats))/")
# The function of requests, of FastHttpUser's responses and of ours that raises what a target answered.
_RAISES_ANSWERS = ", in raise_for_status"
_LISTENER_FAILED = "Uncaught exception in event handler"


def exceptions(raised: Iterable[Mapping[str, Any]], requests: int, tolerance: float) -> Iterator[Doubt]:
    """Yields a doubt where tasks or on_start raised; `raised` as Locust's runner.exceptions holds them.

    What raise_for_status raises is counted as a failure of the target already, and only warns.
    """
    rows = sorted(raised, key=lambda row: -int(row["count"]))
    own = [row for row in rows if not _is_the_targets(row["traceback"])]
    if sum(int(row["count"]) for row in own) > tolerance * requests:
        missing = "the requests it would have sent are missing: fix it, or catch what the target causes"
        yield Doubt(Reason.SCRIPT_ERRORS, f"the script raised {_most_frequent(own)}; {missing}")
    if targets := [row for row in rows if _is_the_targets(row["traceback"])]:
        missing = "the requests that would have followed are missing"
        said = f"the script raised {_most_frequent(targets, ' what the target answered')}; {missing}"
        yield Doubt(Reason.SCRIPT_ERRORS, said, only_warns=True)


def listener_errors(by_worker: Mapping[str, tuple[int, str]]) -> Iterator[Doubt]:
    """Yields a doubt where an event listener of the script raised; by worker: how often, and the last one's text."""
    total = sum(count for count, _ in by_worker.values())
    if total:
        last = next(text for count, text in by_worker.values() if count)
        yield Doubt(Reason.SCRIPT_ERRORS, f"a listener of the script raised {_times(total)}: {last}; fix it")


def data_missing(by_worker: Mapping[str, str]) -> Iterator[Doubt]:
    """Yields a doubt where workers found no test data; by worker: the file that is not there."""
    if by_worker:
        files = ", ".join(sorted(set(by_worker.values())))
        yield Doubt(
            Reason.TEST_DATA_MISSING,
            f"test data was missing on {len(by_worker)} worker(s): {files}; see testData in test.yml",
        )


def missing_data_file(environ: Mapping[str, str] = os.environ) -> str | None:
    """Returns what TEST_DATA_FILE names where that file is not there or empty."""
    name = environ.get("TEST_DATA_FILE")
    if not name:
        return None
    try:
        return None if Path(name).stat().st_size else f"{name} (empty)"
    except OSError:
        return name


class ListenerErrors(logging.Handler):
    """Counts the errors of listeners, which Locust only logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0
        self.last = ""

    def take(self) -> tuple[int, str]:
        """Returns how many came since the last call, and the last one."""
        count, self.count = self.count, 0
        return count, self.last

    def emit(self, record: logging.LogRecord) -> None:
        """Takes a log record."""
        message = record.getMessage()
        if message.startswith(_LISTENER_FAILED):
            self.count += 1
            self.last = message.strip().splitlines()[-1] + _frame(message)


def _most_frequent(rows: Sequence[Mapping[str, Any]], what: str = "") -> str:
    times = _times(sum(int(row["count"]) for row in rows))
    kinds = "" if len(rows) == 1 else f", the most frequent of {len(rows)} kinds"
    return f"{times}{what}: {rows[0]['msg']}{_frame(rows[0]['traceback'])}{kinds}"


def _is_the_targets(traceback: str) -> bool:
    frames = _frames(traceback)
    return bool(frames) and frames[-1].endswith(_RAISES_ANSWERS)


def _frames(traceback: str) -> list[str]:
    return [line.strip() for line in traceback.splitlines() if line.strip().startswith("File ")]


def _frame(traceback: str) -> str:
    """Returns where it was raised, in parentheses; empty where the text does not tell."""
    frames = _frames(traceback)
    if not frames:
        return ""
    # What a script calls raises in its own file, where nobody can fix it.
    file, number, *function = next(filter(_of_script, reversed(frames)), frames[-1]).removeprefix("File ").split(", ")
    return f" ({', '.join([Path(file.strip(_QUOTE)).name, number, *function])})"


def _of_script(frame: str) -> bool:
    return _CALLED.search(frame) is None


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
