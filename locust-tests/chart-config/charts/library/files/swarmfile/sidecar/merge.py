"""Decides what a record holds after another state of its run came: it never loses files, and a final one is final.

Two pods may know the same run: one that is about to end, and its successor, which has what was restored to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from swarmfile.results.names import LAST_FILES, METRICS, STATE
from swarmfile.sidecar.record import RecordedRun

Files = Mapping[str, bytes]


def merged(
    old: RecordedRun, old_files: Callable[[], Files], new: RecordedRun, files: Files, same_writer: bool
) -> tuple[RecordedRun, Files] | None:
    """Returns what is to be recorded; None where the record says all there is to say."""
    if old.ended and not new.ended:
        return None
    if old.ended and not same_writer:
        return _added(old, old_files, new, files)
    if METRICS not in files and not new.requests:
        # Its master is gone: the last known numbers stay.
        new = replace(new, requests=old.requests, failures=old.failures, p95_ms=old.p95_ms, rate=old.rate)
    lacking = old.files.keys() - files.keys()
    return _tidied(new, {**(old_files() if lacking else {}), **files})


def _added(
    old: RecordedRun, old_files: Callable[[], Files], new: RecordedRun, files: Files
) -> tuple[RecordedRun, Files] | None:
    """The verdict stays; what the master that ran the test wrote beside it takes precedence over what was restored."""
    if METRICS in old.files or not files.keys() - old.files.keys():
        return None
    own = {name: content for name, content in files.items() if name not in LAST_FILES}
    together = {**files, **old_files(), **(own if METRICS in files else {})}
    if METRICS in files:
        # All but the verdict.
        old = replace(new, outcome=old.outcome, reasons=old.reasons, at=old.at)
    return _tidied(old, together)


def _tidied(run: RecordedRun, files: Files) -> tuple[RecordedRun, Files]:
    # The last known state stands in for numbers that were not written.
    there = {name: content for name, content in files.items() if name != STATE or METRICS not in files}
    return replace(run, left_out=tuple(name for name in run.left_out if name not in there)), there
