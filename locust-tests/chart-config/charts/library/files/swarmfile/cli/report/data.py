"""Reads a results folder into what the report shows; what the folder lacks is empty, so that a lost run has a page too.

Times in ms, rates per second, moments in seconds since 1970, `_s` in seconds since the run's start.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.report.result_files import LONGEST_S, read_result
from swarmfile.cli.verdict_file import checked_verdict
from swarmfile.results.names import HISTORY, METRICS, STATE, VERDICT
from swarmfile.run.state import RunState
from swarmfile.untrusted.json_fields import LARGEST
from swarmfile.untrusted.run_name import RULE, is_run_name

CAUSE_LENGTH = 500
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Point:
    """One second of the run, or some; None where nothing was measured."""

    at_s: float
    span_s: float
    planned: float | None = None
    present: float | None = None
    workers: float | None = None
    rate: float | None = None
    failure_rate: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None


@dataclass(frozen=True)
class ReportedPhase:
    """A stage, from when to when."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Endpoint:
    """The numbers of one request, or of all."""

    request: str
    requests: int
    failures: int
    error_rate: float
    rate: float
    average: float | None
    p50: float | None
    p95: float | None
    p99: float | None
    maximum: float | None


@dataclass(frozen=True)
class ReportedFailure:
    """One cause at one request: how often, and the first of them as evidence."""

    request: str
    cause: str
    count: int | None
    evidence: tuple[Json, ...]


@dataclass(frozen=True)
class Report:
    """Everything that the page shows. `verdict` and `metrics` are the files' contents, empty where they are missing."""

    run: str
    outcome: str
    verdict: Json
    metrics: Json
    state: Json
    points: tuple[Point, ...] = ()
    phases: tuple[ReportedPhase, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    total: Endpoint | None = None
    failures: tuple[ReportedFailure, ...] = ()
    # Whether the percentiles over time are of each moment, not of everything until then.
    exact: bool = False
    reasons: tuple[str, ...] = field(default=())

    @property
    def dashboard(self) -> str | None:
        """The address of the run's dashboard; nothing else than a web address is one."""
        address = self.metrics.get("dashboard")
        return address if isinstance(address, str) and address.startswith(("http://", "https://")) else None


def read_report(folder: Path) -> Report:
    """Returns what the folder holds. Raises BadInputError where it is no run's."""
    verdict, metrics, state = (read_result(folder / name) or {} for name in (VERDICT, METRICS, STATE))
    run = (verdict or metrics or state).get("run")
    if not run:
        raise BadInputError(f"{folder}: holds no run; give a folder with {VERDICT}, or a run that a cluster keeps")
    # The page is called so.
    if not is_run_name(str(run)):
        raise BadInputError(f"{folder}: {str(run)[:60]!r} is no name of a run; {RULE}")
    try:
        verdict = checked_verdict(verdict) if verdict else {}
    except ValueError as error:
        raise BadInputError(f"{folder / VERDICT}: {error}") from None
    points, phases = _timeline(metrics) if metrics.get("timeline") else (_history(folder / HISTORY), ())
    return Report(
        run=str(run),
        outcome=str(verdict.get("outcome") or RunState.RUNNING).upper(),
        verdict=verdict,
        metrics=metrics,
        state=state,
        points=tuple(points),
        phases=tuple(phases),
        endpoints=tuple(_endpoint(each) for each in metrics.get("endpoints") or ()),
        total=_endpoint({"name": "all", **metrics["totals"]}) if metrics.get("totals") else None,
        failures=tuple(_failures(metrics)),
        exact=bool(metrics.get("timeline")),
        reasons=tuple(verdict.get("reasons", ())),
    )


def _timeline(metrics: Json) -> tuple[list[Point], list[ReportedPhase]]:
    timeline, elapsed_s = metrics["timeline"], metrics.get("elapsed_s") or 0.0
    rows = [dict(zip(timeline["columns"], row, strict=False)) for row in timeline["rows"]]
    starts_s = [min(max(row.get("at_s") or 0.0, 0.0), LONGEST_S) for row in rows]
    spans_s = [end_s - start_s for start_s, end_s in zip(starts_s, [*starts_s[1:], elapsed_s], strict=True)]
    points = [
        _point(row, start_s, span_s, timeline["step_s"])
        for row, start_s, span_s in zip(rows, starts_s, spans_s, strict=True)
    ]
    return points, [ReportedPhase(each["name"], each["start_s"], each["end_s"]) for each in timeline["phases"]]


def _point(row: Json, at_s: float, span_s: float, step_s: float) -> Point:
    # The first and the last second are cut; what is left of them may be too short to tell a rate.
    is_whole = span_s >= step_s / 2
    return Point(
        at_s=at_s,
        span_s=max(span_s, 0.0),
        planned=row.get("planned"),
        present=row.get("present"),
        workers=row.get("workers"),
        rate=(row.get("requests") or 0) / span_s if is_whole else None,
        failure_rate=(row.get("failures") or 0) / span_s if is_whole else None,
        p50=row.get("p50_ms"),
        p95=row.get("p95_ms"),
        p99=row.get("p99_ms"),
    )


def _history(path: Path) -> list[Point]:
    """Returns what a run wrote while it went on: all that a lost one leaves; its last line may be half a line."""
    try:
        if not path.is_file():
            return []
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = (row for row in csv.DictReader(file) if row.get("Name") == "Aggregated")
            read = [point for row in rows if (point := _of_history(row))]
    except (OSError, csv.Error):
        return []
    # A page of some hundred points shows as much.
    points = [replace(point, at_s=point.at_s - read[0].at_s) for point in read[:: 1 + len(read) // 500]]
    return [point for point in points if 0 <= point.at_s <= LONGEST_S]


def _of_history(row: Mapping[str, str]) -> Point | None:
    numbers = {"present": "User Count", "rate": "Requests/s", "failure_rate": "Failures/s"}
    try:
        percentiles = {f"p{share}": _number(row[f"{share}%"]) for share in (50, 95, 99)}
        measured = {key: _number(row[name]) for key, name in numbers.items()}
        return Point(int(row["Timestamp"]), 1.0, **measured, **percentiles)
    except (ValueError, TypeError, KeyError):
        return None


def _number(text: str) -> float | None:
    if text in ("", "N/A"):
        return None
    number = float(text)
    if not abs(number) <= LARGEST:
        raise ValueError(text)
    return number


def _endpoint(entry: Json) -> Endpoint:
    percentiles = entry.get("percentiles_ms") or {}
    measured = bool(entry.get("requests"))
    return Endpoint(
        request=request_of(entry),
        requests=entry.get("requests") or 0,
        failures=entry.get("failures") or 0,
        error_rate=entry.get("error_rate") or 0.0,
        rate=entry.get("requests_per_s") or 0.0,
        average=entry.get("average_ms") if measured else None,
        p50=percentiles.get("p50"),
        p95=percentiles.get("p95"),
        p99=percentiles.get("p99"),
        maximum=entry.get("maximum_ms") if measured else None,
    )


def request_of(entry: Json) -> str:
    """Returns method and name."""
    return f"{entry.get('method') or ''} {entry.get('name', '')}".strip()


def _failures(metrics: Json) -> Iterable[ReportedFailure]:
    """Yields the most frequent first; a kind that was only kept as evidence comes last."""
    evidence: dict[tuple[str, str], list[Json]] = {}
    for item in metrics.get("evidence") or ():
        evidence.setdefault((request_of(item), item["cause"]), []).append(item)
    counted: Sequence[Json] = metrics.get("failures") or ()
    for each in sorted(counted, key=lambda failure: -int(failure["occurrences"])):
        kind = (request_of(each), str(each["error"]))
        # Evidence keeps the beginning of a long cause.
        kept = evidence.pop((kind[0], kind[1][:CAUSE_LENGTH]), ())
        yield ReportedFailure(*kind, each["occurrences"], tuple(kept))
    for kind, items in evidence.items():
        yield ReportedFailure(*kind, None, tuple(items))
