"""Judges by the exit code that a script or a plugin set, as locust-plugins' checks do: one that is not 0 is FAIL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from locust.env import Environment

from swarmfile.verdict import Assertion, AssertionState, Outcome, Verdict

TEXT = "exit code of the script"


def assertions(environment: Environment) -> list[Assertion]:
    """Returns the broken assertion; none where the script set no exit code, or 0, which says nothing of ours."""
    code = environment.process_exit_code
    if not code:
        return []
    return [Assertion(TEXT, float(code), 0.0, AssertionState.BROKEN, f"the script set exit code {code}")]


def with_assertions(verdict: Verdict, broken: Sequence[Assertion]) -> Verdict:
    """Returns the verdict with what broke after it; INVALID stays so."""
    known = {each.assertion for each in verdict.assertions}
    new = tuple(assertion for assertion in broken if assertion.assertion not in known)
    if not new:
        return verdict
    verdict = replace(verdict, assertions=(*verdict.assertions, *new))
    if verdict.outcome is Outcome.INVALID:
        return verdict
    reasons = (*verdict.reasons, *(assertion.sentence for assertion in new))
    return replace(verdict, outcome=Outcome.FAIL, reasons=reasons)
