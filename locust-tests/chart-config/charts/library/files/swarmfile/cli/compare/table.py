"""Shows a comparison: as a table in a terminal, as Markdown, and as JSON."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from swarmfile.compare.comparison import Difference, FigureRow
from swarmfile.compare.kept import KeptRun
from swarmfile.results.text import markdown

COLUMNS = ("request", "figure", "before", "after", "change", "interval", "finding")
STYLES = {
    Difference.SLOWER: "bold red",
    Difference.MORE: "bold red",
    Difference.FASTER: "bold green",
    Difference.FEWER: "bold green",
    Difference.TOO_CLOSE: "dim",
    Difference.UNKNOWN: "dim",
}
NO_CHANGE = "~"


@dataclass(frozen=True)
class Comparison:
    """The runs of both sides, a row for each figure, and sentences on what the numbers are worth."""

    before: Sequence[KeptRun]
    after: Sequence[KeptRun]
    rows: Sequence[FigureRow]
    notes: Sequence[str] = ()


def terminal(comparison: Comparison) -> Table:
    """Returns the table."""
    table = Table(*COLUMNS, box=None)
    for column in table.columns[2:6]:
        column.justify = "right"
    for row in comparison.rows:
        *cells, finding = cells_of(row)
        table.add_row(*map(Text, cells), Text(finding, style=STYLES.get(row.finding, "")))
    return table


def as_markdown(comparison: Comparison) -> str:
    """Returns the table with the runs above it and the notes below."""
    sides = zip(("before", "after"), (comparison.before, comparison.after), strict=True)
    head = [f"{side}: {', '.join(markdown(run.run) for run in runs)}  " for side, runs in sides]
    rows = [" | ".join(markdown(cell).replace("|", "\\|") for cell in cells_of(row)) for row in comparison.rows]
    table = [f"| {' | '.join(COLUMNS)} |", "|---|---|---:|---:|---:|---:|---|", *(f"| {row} |" for row in rows)]
    notes = [f"- {markdown(note)}" for note in comparison.notes]
    return "\n".join([*head, "", *table, *([""] if notes else []), *notes]) + "\n"


def as_json(comparison: Comparison) -> str:
    """Returns everything for programs: times in ms, rates per second, changes as shares of what was before."""
    content = {
        "before": [run.run for run in comparison.before],
        "after": [run.run for run in comparison.after],
        "rows": [row.as_dict() for row in comparison.rows],
        "notes": list(comparison.notes),
    }
    return json.dumps(content, indent=2) + "\n"


def cells_of(row: FigureRow) -> tuple[str, ...]:
    """Returns a row's cells, the last the finding."""
    is_share = row.figure == "error rate"
    values = (_value(row.figure, value) for value in (row.before, row.after))
    clear = row.finding not in (Difference.TOO_CLOSE, Difference.UNKNOWN, Difference.SAME)
    change = _percent(row.change, is_share) if clear else NO_CHANGE
    interval = "" if row.low is None else f"{_percent(row.low, is_share)} to {_percent(row.high, is_share)}"
    return (row.request, row.figure, *values, change, interval, _finding(row, is_share))


def _finding(row: FigureRow, is_share: bool) -> str:
    if row.finding is Difference.SAME and row.within is not None:
        unit = " points" if is_share else "%"
        return f"same within {math.ceil(row.within * 1000) / 10:g}{unit}"
    if row.finding is Difference.TOO_CLOSE and row.times_more is not None:
        return f"{row.finding}; {math.ceil(row.times_more)} times as much would decide"
    return row.finding.value


def _percent(value: float | None, is_share: bool) -> str:
    if value is None:
        return ""
    return f"{value * 100:+.2f} points" if is_share else f"{value:+.1%}"


def _value(figure: str, value: float | None) -> str:
    if value is None:
        return "-"
    if figure == "error rate":
        return f"{value:.2%}"
    return f"{value:.4g}/s" if figure == "rate" else f"{value:.4g} ms"
