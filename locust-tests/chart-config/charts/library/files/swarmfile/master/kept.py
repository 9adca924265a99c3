"""Lets a verdict wait, for some seconds, until the sidecar has kept the run: a run without its results says nothing.

What is published is the verdict as judged. It changes only where the run could not be kept.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.client import HTTPException

import gevent

from swarmfile.results.kept import EVERY_RUN, ROUTE, Kept
from swarmfile.untrusted.neighbour import get_json
from swarmfile.verdict import Outcome, Verdict

# It looks every 2 s. A pod that is told to end has 30 s or 60 s for this and all else.
WITHIN_S = 15.0
POLL_S = 0.25


def confirmed(verdict: Verdict, sidecar: str, within_s: float = WITHIN_S) -> Verdict:
    """Returns the verdict that a run has once the sidecar at that address said what became of its files."""
    kept = ask(sidecar, verdict.run, within_s)
    warnings = tuple(f"{name} is not kept: {why}" for name, why in kept.too_large.items())
    reasons = tuple(f"results could not be kept: {problem}" for problem in _problems(kept))
    verdict = replace(verdict, warnings=(*verdict.warnings, *warnings))
    if not reasons:
        return verdict
    before = verdict.reasons if verdict.outcome is Outcome.INVALID else ()
    return replace(verdict, outcome=Outcome.INVALID, reasons=(*before, *reasons))


def ask(sidecar: str, run: str, within_s: float) -> Kept:
    """Returns what became of a run: as soon as that is certain, else what was known last."""
    limit = time.monotonic() + within_s
    last = Kept(f"the container exporter did not say within {within_s:.0f} s that they are")
    while True:
        answer = _asked(sidecar, run)
        if answer and (answer.lasting or not answer.problem):
            return answer
        last = answer or last
        if time.monotonic() >= limit:
            return last
        gevent.sleep(POLL_S)


def _asked(sidecar: str, run: str) -> Kept | None:
    try:
        runs = get_json(sidecar + ROUTE)
        answer = runs.get(run) or runs.get(EVERY_RUN)
        return Kept.of(answer) if isinstance(answer, Mapping) else None
    except (OSError, HTTPException, ValueError, KeyError):
        return None


def _problems(kept: Kept) -> Iterator[str]:
    if kept.problem:
        yield kept.problem
    for name, why in kept.unreadable.items():
        yield f"{name}: {why}"
