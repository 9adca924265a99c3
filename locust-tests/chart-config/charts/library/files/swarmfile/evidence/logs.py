"""Keeps the last warnings and errors that master and workers logged, each line once with its count, without secrets."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from swarmfile.credentials.redact import Redact

MOST_LINES = 50
_MOST_TEXT = 500


class LogTail(logging.Handler):
    """Takes what one process logs."""

    def __init__(self, redact: Redact) -> None:
        super().__init__(logging.WARNING)
        self._redact = redact
        self._lines: dict[tuple[str, str], tuple[int, float]] = {}

    def listen(self) -> None:
        """Begins to take; Locust's own logger tells the root logger nothing."""
        for name in ("", "locust"):
            logging.getLogger(name).addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Takes a record, and never raises: that would end whoever logged."""
        with suppress(Exception):
            error = f": {record.exc_info[1]!r}" if record.exc_info and record.exc_info[1] else ""
            line = (record.levelname, self._redact(record.getMessage() + error)[:_MOST_TEXT])
            count, _ = self._lines.pop(line, (0, 0.0))
            self._lines[line] = (count + 1, record.created)
            if len(self._lines) > MOST_LINES:
                del self._lines[next(iter(self._lines))]

    def take(self) -> list[list[Any]]:
        """Returns level, text, count and last time of each line since the last call."""
        lines, self._lines = self._lines, {}
        return [[*line, *seen] for line, seen in lines.items()]


class Logs:
    """The lines of all processes until a run is over; `own` are those of the process that leads."""

    def __init__(self, own: LogTail) -> None:
        self._own = own
        self._lines: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, process: str, lines: Iterable[Iterable[Any]]) -> None:
        """Takes what a process sent."""
        for level, text, count, at in lines:
            line = self._lines.pop((level, text), {"level": level, "text": text, "count": 0, "processes": []})
            line |= {"count": line["count"] + count, "at": at, "processes": sorted({*line["processes"], process})}
            self._lines[level, text] = line
            if len(self._lines) > 2 * MOST_LINES:
                del self._lines[next(iter(self._lines))]

    def as_dicts(self) -> list[dict[str, Any]]:
        """Returns what metrics.json tells, the latest last."""
        self.add("master", self._own.take())
        return sorted(self._lines.values(), key=lambda line: float(line["at"]))
