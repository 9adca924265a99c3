"""What makes of a run that says nothing: each reason invalidates, warns or is ignored, as the test definition says."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why a run may say nothing; the names are the keys under `validity`."""

    NO_REQUESTS = "noRequests"
    CUT_SHORT = "cutShort"
    LOAD_NOT_DELIVERED = "loadNotDelivered"
    WORKERS_LOST = "workersLost"
    GENERATOR_SATURATED = "generatorSaturated"
    GENERATOR_LIMITS = "generatorLimits"
    STATISTICS_INCOMPLETE = "statisticsIncomplete"
    TEST_DATA_MISSING = "testDataMissing"
    SCRIPT_ERRORS = "scriptErrors"
    CRITERION_UNKNOWN = "criterionUnknown"
    TOO_FEW_REQUESTS = "tooFewRequests"
    TOO_CLOSE = "tooClose"
    NO_BASELINE = "noBaseline"


class Effect(StrEnum):
    """What a reason does to the verdict."""

    INVALIDATE = "invalidate"
    WARN = "warn"
    IGNORE = "ignore"


# A smoke test makes few requests on purpose, a first run has no baseline, and what is too close to tell is rarely worth
# repeating a night for.
_WARN_AT_FIRST = (Reason.TOO_FEW_REQUESTS, Reason.TOO_CLOSE, Reason.NO_BASELINE)


@dataclass(frozen=True)
class Doubt:
    """One sentence with its evidence and what to do; `only_warns`: what is worth telling and invalidates nothing."""

    reason: Reason
    sentence: str
    only_warns: bool = False


@dataclass(frozen=True)
class Validity:
    """The definition's `validity`, with its defaults.

    delivery_tolerance: share of the planned user-seconds that may be missing
    worker_loss_tolerance_s: seconds until the users of a lost worker must run again
    saturation_tolerance: share of the run after the warm-up in which the generator may be saturated
    script_error_tolerance: exceptions in tasks per request that may happen
    """

    effects: Mapping[Reason, Effect] = field(default_factory=dict)
    delivery_tolerance: float = 0.1
    worker_loss_tolerance_s: float = 5.0
    saturation_tolerance: float = 0.05
    script_error_tolerance: float = 0.0

    def effect(self, reason: Reason) -> Effect:
        """Returns what the reason does unless it is set: it invalidates, but for what more runs would tell."""
        return self.effects.get(reason, Effect.WARN if reason in _WARN_AT_FIRST else Effect.INVALIDATE)

    def weigh(self, doubts: Iterable[Doubt]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Returns the sentences that invalidate and those that warn."""
        weighed = [doubt for doubt in doubts if self.effect(doubt.reason) is not Effect.IGNORE]
        warn = [doubt.only_warns or self.effect(doubt.reason) is Effect.WARN for doubt in weighed]
        invalidating = tuple(doubt.sentence for doubt, warns in zip(weighed, warn, strict=True) if not warns)
        return invalidating, tuple(doubt.sentence for doubt, warns in zip(weighed, warn, strict=True) if warns)


_TOLERANCES = {
    "deliveryTolerance": "delivery_tolerance",
    "workerLossToleranceS": "worker_loss_tolerance_s",
    "saturationTolerance": "saturation_tolerance",
    "scriptErrorTolerance": "script_error_tolerance",
}


def of_settings(raw: Mapping[str, Any]) -> Validity:
    """Returns what the mapping under `validity` says; raises ValueError with one sentence that names the key."""
    effects = {}
    tolerances = {}
    for key, value in raw.items():
        if key in _TOLERANCES:
            tolerances[_TOLERANCES[key]] = _tolerance(key, value)
        else:
            effects[_reason(key)] = _effect(key, value)
    return Validity(effects, **tolerances)


def _reason(key: str) -> Reason:
    if key not in tuple(Reason):
        known = [*Reason, *_TOLERANCES]
        near = difflib.get_close_matches(key, known, n=1, cutoff=0) or known
        raise ValueError(f"validity.{key}: unknown key; write {near[0]}")
    return Reason(key)


def _effect(key: str, value: object) -> Effect:
    if value not in tuple(Effect):
        raise ValueError(f"validity.{key}: {value!r} is unknown; write {', '.join(Effect)}")
    return Effect(str(value))


def _tolerance(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ValueError(f"validity.{key}: {value!r} is no number from 0 on")
    return float(value)
