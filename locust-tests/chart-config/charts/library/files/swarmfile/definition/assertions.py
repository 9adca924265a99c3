"""Reads the criteria of a test definition's `assertions`, and says of a wrong one where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from swarmfile.definition.assertion import Consequence, Criterion
from swarmfile.definition.grammar import parse
from swarmfile.definition.words import CriterionError, unknown


def of_assertions(assertions: Mapping[str, Any], phases: Sequence[str] = ()) -> tuple[Criterion, ...]:
    """Returns every criterion of a definition's `assertions`, the two thresholds first, or raises CriterionError.

    The message begins with the place: `assertions.criteria[2]: …`. `phases` are the names of the stages.
    """
    lines = {
        "assertions.p95ThresholdMs": _line("p95 <= {:.10g}ms", assertions.get("p95ThresholdMs"), 1),
        "assertions.errorRateThreshold": _line("error rate <= {:.10g}%", assertions.get("errorRateThreshold"), 100),
    }
    thresholds = tuple(_placed(place, line, phases) for place, line in lines.items() if line is not None)
    criteria = enumerate(assertions.get("criteria") or [])
    return (*thresholds, *(_placed(f"assertions.criteria[{index}]", line, phases) for index, line in criteria))


def safety_stop(assertions: Mapping[str, Any]) -> Criterion | None:
    """Returns the criterion of `assertions.safetyStop`, which always aborts; None where it is empty: switched off."""
    line = assertions.get("safetyStop", "error rate < 90% for 60s")
    if not line:
        return None
    return replace(_placed("assertions.safetyStop", line, ()), consequence=Consequence.ABORT)


def _placed(place: str, line: object, phases: Sequence[str]) -> Criterion:
    try:
        if not isinstance(line, str):
            raise CriterionError(
                f"{line!r} is no text: write one line such as p99 < 800ms, in quotes if it has a colon"
            )
        criterion = parse(line)
        if criterion.phase is not None and criterion.phase not in phases:
            raise unknown(criterion.phase, phases or ["a stage's name after adding stages"], "phase")
    except CriterionError as error:
        raise CriterionError(f"{place}: {error}") from None
    return criterion


def _line(template: str, threshold: float | None, factor: int) -> str | None:
    return None if threshold is None else template.format(threshold * factor)
