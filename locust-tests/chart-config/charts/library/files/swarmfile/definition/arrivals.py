"""What test.yml says under `arrivals`: at which rate tasks begin, whatever the responses take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from swarmfile.definition import durations
from swarmfile.definition.rate import RateStage, parse_rate, scaled

E = TypeVar("E", bound=StrEnum)


class Distribution(StrEnum):
    """CONSTANT: evenly spaced. POISSON: at random, independent of one another, as those of many people are."""

    CONSTANT = "constant"
    POISSON = "poisson"


class Dropped(StrEnum):
    """What arrivals without a free user make of the run."""

    INVALIDATE = "invalidate"
    FAIL = "fail"
    WARN = "warn"


@dataclass(frozen=True)
class Arrivals:
    """The open model's load. `max_dropped`: the share of the arrivals that may find no user."""

    stages: tuple[RateStage, ...]
    max_users: int = 1000
    distribution: Distribution = Distribution.CONSTANT
    dropped: Dropped = Dropped.INVALIDATE
    max_dropped: float = 0.0

    @property
    def is_poisson(self) -> bool:
        """Whether arrivals come at random."""
        return self.distribution is Distribution.POISSON

    def lasting(self, run_time_s: float | None) -> Arrivals:
        """Returns the same for a run time, which a rate without stages has none of its own."""
        if not run_time_s or not math.isinf(self.stages[0].duration_s):
            return self
        return replace(self, stages=(replace(self.stages[0], duration_s=float(run_time_s)),))


def of_settings(raw: Mapping[str, Any], run_time_s: float | None = None) -> Arrivals | None:
    """Returns what the mapping says, None where it names no rate. Raises ValueError with the key and what to write.

    `run_time_s` is how long stages last together.
    """
    rate = _rate(raw["rate"], "arrivals.rate") if raw.get("rate") else None
    stages = tuple(_stage(stage, f"arrivals.stages[{index}]") for index, stage in enumerate(raw.get("stages") or ()))
    if not stages and rate is None:
        return None
    if rate == 0 or (stages and not any(stage.rate for stage in stages)):
        raise ValueError("arrivals.rate: 0 is no load; write a rate above 0, for example 500/s")
    stages = scaled(stages, rate, run_time_s) if stages else (RateStage("", rate or 0.0, math.inf),)
    return Arrivals(
        stages,
        max_users=_users(raw.get("maxUsers", 1000)),
        distribution=_one_of(Distribution, raw, "distribution"),
        dropped=_one_of(Dropped, raw, "dropped"),
        max_dropped=_share(raw.get("maxDropped", 0)),
    )


def _stage(raw: object, key: str) -> RateStage:
    if not isinstance(raw, dict):
        raise ValueError(f"{key}: a stage holds name, rate, duration and ramp")
    duration_s, ramp_s = (_seconds(raw.get(name) or 0, f"{key}.{name}") for name in ("duration", "ramp"))
    if duration_s == 0 or ramp_s > duration_s:
        raise ValueError(f"{key}.duration: {duration_s}s is too short; write at least {max(1, ramp_s)}s")
    return RateStage(str(raw.get("name") or key), _rate(raw.get("rate"), f"{key}.rate"), duration_s, ramp_s)


def _rate(value: object, key: str) -> float:
    try:
        return parse_rate(value)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _seconds(value: object, key: str) -> int:
    try:
        return durations.seconds(value)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _users(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"arrivals.maxUsers: {value!r} is no whole number from 1 on")
    return value


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"arrivals.maxDropped: {value!r} is no share from 0 to 1, for example 0.001")
    return float(value)


def _one_of(kind: type[E], raw: Mapping[str, Any], key: str) -> E:
    value = raw.get(key) or next(iter(kind))
    if value not in tuple(kind):
        raise ValueError(f"arrivals.{key}: {value!r} is unknown; write {', '.join(kind)}")
    return kind(str(value))
