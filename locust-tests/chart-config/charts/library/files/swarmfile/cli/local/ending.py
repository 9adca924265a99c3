"""What stands at the end of a run: its numbers, the verdict with its reasons, and where the results are."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from swarmfile.results.names import METRICS, VERDICT
from swarmfile.untrusted.json_fields import loads
from swarmfile.untrusted.text import plain

STYLES = {"PASS": "bold green", "FAIL": "bold red", "INVALID": "bold yellow"}
ENDPOINTS_SHOWN = 20


def read_json(path: Path) -> dict[str, Any] | None:
    """Returns one of the JSON results, None where it was not written."""
    try:
        content = loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def show_ending(console: Console, folder: Path) -> None:
    """Prints what the result files say, nothing else: what is read here is what is kept."""
    metrics, verdict = read_json(folder / METRICS), read_json(folder / VERDICT)
    if metrics:
        console.print(_endpoints(metrics))
        console.print(Text((metrics.get("generator") or {}).get("sentence") or ""), soft_wrap=True)
    if verdict:
        show_verdict(console, verdict)
    console.print(f"results: {folder}", soft_wrap=True, highlight=False, markup=False)


def show_verdict(console: Console, verdict: dict[str, Any]) -> None:
    """Prints what verdict.json says."""
    for assertion in verdict["assertions"]:
        console.print(Text(_assertion(assertion)), soft_wrap=True)
    console.print(
        Text(f"{verdict['outcome']} {verdict['run']}".rstrip(), style=STYLES.get(verdict["outcome"], "")),
        soft_wrap=True,
    )
    for reason in verdict["reasons"]:
        console.print(Text(f"  {reason}"), soft_wrap=True)
    for warning in verdict.get("warnings", ()):
        console.print(Text(f"  warning: {warning}"), soft_wrap=True)


def _assertion(assertion: dict[str, Any]) -> str:
    parts = [f"{name} {assertion[name]:g}" for name in ("value", "threshold") if assertion[name] is not None]
    return f"{assertion['assertion']}: {', '.join([assertion['state'], *parts])}"


def _endpoints(metrics: dict[str, Any]) -> Table:
    table = Table("request", *("requests", "failures", "average", "p50", "p95", "p99", "requests/s"))
    for column in table.columns[1:]:
        column.justify = "right"
    endpoints = metrics["endpoints"]
    for entry in endpoints[:ENDPOINTS_SHOWN]:
        # A name may hold what markup is made of: /items/[id].
        name = Text(plain(f"{entry['method'] or ''} {entry['name']}".strip()))
        table.add_row(name, *_row(entry))
    if len(endpoints) > ENDPOINTS_SHOWN:
        table.add_row(f"… {len(endpoints) - ENDPOINTS_SHOWN} more in metrics.json")
    table.add_section()
    table.add_row("all", *_row(metrics["totals"]), style="bold")
    return table


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    percentiles = entry["percentiles_ms"]
    times = (entry["average_ms"], percentiles["p50"], percentiles["p95"], percentiles["p99"])
    milliseconds = ("-" if time is None or not entry["requests"] else f"{time:.0f} ms" for time in times)
    return (str(entry["requests"]), str(entry["failures"]), *milliseconds, f"{entry['requests_per_s']:.1f}")
