"""The four CSV files in Locust's own columns.

A text that a spreadsheet would run as a formula gets an apostrophe before it, as OWASP recommends; numbers stay, and
so does everything in metrics.json, which is for programs.
"""

import csv
import io
import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from locust.env import Environment
from locust.stats import PERCENTILES_TO_REPORT, StatsCSV, get_readable_percentiles

from swarmfile.untrusted.text import plain_lines

# What a formula begins with, also in the letters of East Asia.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?", re.IGNORECASE)
HISTORY_COLUMNS = (
    "Timestamp",
    "User Count",
    "Type",
    "Name",
    "Requests/s",
    "Failures/s",
    *get_readable_percentiles(PERCENTILES_TO_REPORT),
    "Total Request Count",
    "Total Failure Count",
    "Total Median Response Time",
    "Total Average Response Time",
    "Total Min Response Time",
    "Total Max Response Time",
    "Total Average Content Size",
)


def stats(environment: Environment) -> str:
    """Returns locust_stats.csv: one row for each name and method, and one for all."""
    return _text(StatsCSV(environment, PERCENTILES_TO_REPORT).requests_csv)


def failures(environment: Environment) -> str:
    """Returns locust_failures.csv."""
    return _text(StatsCSV(environment, PERCENTILES_TO_REPORT).failures_csv)


def exceptions(environment: Environment) -> str:
    """Returns locust_exceptions.csv: what tasks raised."""
    return _text(StatsCSV(environment, PERCENTILES_TO_REPORT).exceptions_csv)


class History:
    """Appends to locust_stats_history.csv, row by row while the run goes on: what a lost master leaves behind.

    Only the row of all requests: rows for each name would cost a fifth of the master's CPU at 1,000 names.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None
        self.error: OSError | None = None

    def append(self, environment: Environment) -> None:
        """Writes one current row; the first error, for example of a full disk, ends the writing."""
        if self.error:
            return
        try:
            self._write([history_row(environment)])
        except OSError as error:
            self.error = error

    def close(self) -> None:
        """Ends the file, which exists even if no row was written."""
        try:
            self._write([])
            if self._file:
                self._file.close()
        except OSError as error:
            self.error = self.error or error

    def _write(self, rows: Iterable[Sequence[object]]) -> None:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w", encoding="utf-8", newline="")
            rows = [HISTORY_COLUMNS, *rows]
        csv.writer(self._file).writerows(rows)
        self._file.flush()


def history_row(environment: Environment) -> list[object]:
    """Returns the current row as Locust's --csv writes it."""
    total = environment.stats.total
    percentiles: list[object] = ["N/A"] * len(PERCENTILES_TO_REPORT)
    if total.num_requests:
        percentiles = [total.get_response_time_percentile(share) or 0 for share in PERCENTILES_TO_REPORT]
    return [
        int(time.time()),
        environment.runner.user_count if environment.runner else 0,
        total.method,
        total.name,
        f"{total.current_rps:2f}",
        f"{total.current_fail_per_sec:2f}",
        *percentiles,
        total.num_requests,
        total.num_failures,
        total.median_response_time,
        total.avg_response_time,
        total.min_response_time or 0,
        total.max_response_time,
        total.avg_content_length,
    ]


def _text(write: Callable[..., None]) -> str:
    text = io.StringIO(newline="")
    write(_Rows(csv.writer(text)))
    return text.getvalue()


class _Rows:
    """What Locust writes its rows to."""

    def __init__(self, writer: Any) -> None:  # noqa: ANN401 - csv has no name for it
        self._writer = writer

    def writerow(self, row: Iterable[object]) -> None:
        """Writes a row whose texts are harmless."""
        self._writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])


def harmless(text: str) -> str:
    """Returns a cell's text without control characters, and marked as text where it would be a formula."""
    is_formula = text[:1] in _FORMULA and not _NUMBER.fullmatch(text)
    return plain_lines(f"'{text}" if is_formula else text)
