"""What the head of a record says of a run, as its master or its files tell it.

Both are the script's to write: what is not what it should be is an error, and a run speaks for itself alone.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from swarmfile.results.names import METRICS, STATE, VERDICT
from swarmfile.run.state import State, parse
from swarmfile.sidecar.record import RUNNING, RecordedRun
from swarmfile.untrusted.json_fields import LARGEST, Fields, loads
from swarmfile.verdict import Outcome


class NotARunError(ValueError):
    """Says what is wrong with a run's files."""


def snapshot(state: State) -> RecordedRun:
    """Returns the run as the master's state says it is now."""
    return RecordedRun(
        run=state.run,
        type=str(state.type),
        outcome=RUNNING,
        at=time.time(),
        requests=_count(state.requests),
        failures=_count(state.failures),
        p95_ms=_measure(state.p95_ms),
        rate=_measure(state.rps),
    )


def final(name: str, files: Mapping[str, bytes], at: float) -> RecordedRun:
    """Returns the run of that name as its files say it was. Raises NotARunError."""
    verdict, metrics, state = (_json(files, file) for file in (VERDICT, METRICS, STATE))
    if verdict.get("run") != name or verdict.get("outcome") not in tuple(Outcome):
        raise NotARunError(f"{VERDICT} does not hold the verdict of {name}")
    try:
        said = Fields.of(verdict)
        run = RecordedRun(name, said.text("type"), verdict["outcome"], at, said.texts("reasons"))
    except ValueError as error:
        raise NotARunError(f"{VERDICT} of {name}: {error}") from None
    if totals := _mapping(metrics.get("totals")):
        tags = {str(key): str(value) for key, value in _mapping(metrics.get("tags")).items()}
        return replace(run, **_numbers(totals), tags=tags, note=str(metrics.get("note") or ""))
    last = snapshot(parse(state)) if state else run
    return replace(run, requests=last.requests, failures=last.failures, p95_ms=last.p95_ms, rate=last.rate)


def _numbers(totals: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "requests": _count(totals.get("requests")),
        "failures": _count(totals.get("failures")),
        "p95_ms": _measure(_mapping(totals.get("percentiles_ms")).get("p95")),
        "rate": _measure(totals.get("requests_per_s")),
    }


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value <= LARGEST else 0


def _measure(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and abs(value) <= LARGEST else None


def _json(files: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    try:
        return _mapping(loads(files[name]))
    except (KeyError, ValueError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
