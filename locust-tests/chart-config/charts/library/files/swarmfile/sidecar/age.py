"""Says what a snapshot means once its writer is gone, and which records are old enough to be deleted."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from swarmfile.sidecar.record import LABEL, RUNNING, RecordedRun, RecordError, read_head
from swarmfile.verdict import Outcome

SNAPSHOT_INTERVAL_S = 15
# Three snapshots and a slow API server.
STALE_AFTER_S = 60
KEPT = 20
BASELINE = f"{LABEL}baseline"
# The test's name where a namespace has several.
NAME = f"{LABEL}name"


def cut_short(run: RecordedRun, now: float) -> str | None:
    """Returns the reason why a snapshot is all that will come of a run; None while it goes on or after its end."""
    if run.ended or now - run.at <= STALE_AFTER_S:
        return None
    # The moment, not the age: whoever asks later is told the same.
    seen = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(max(0.0, run.at)))
    return f"cut short: the run's pod was lost or removed; its last sign of life came at {seen} UTC"


def outcome_of(run: RecordedRun, now: float) -> str:
    """Returns PASS, FAIL, INVALID or running."""
    return Outcome.INVALID.value if cut_short(run, now) else run.outcome


def superfluous(heads: Iterable[Mapping[str, Any]], keep: int, now: float) -> list[str]:
    """Returns the heads to delete: of each test's and type's ended runs, baselines aside, the oldest beyond `keep`."""
    by_type: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for head in heads:
        labels = head["metadata"].get("labels") or {}
        if labels.get(BASELINE) == "true":
            continue
        try:
            run = read_head(head)
        except RecordError:
            continue
        if outcome_of(run, now) != RUNNING:
            by_type.setdefault((str(labels.get(NAME, "")), run.type), []).append(
                (run.at, str(head["metadata"]["name"]))
            )
    return [name for runs in by_type.values() for _, name in sorted(runs, reverse=True)[keep:]]
