"""Warns of loads that cannot be what is planned, with the arithmetic: too short a time, too many or too few workers."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import Layer, source_of
from swarmfile.cli.definition.values import Path, at, shown
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.arguments import load_of
from swarmfile.cli.validate.finding import Finding, Level
from swarmfile.definition import durations
from swarmfile.definition.load import Load, LoadSource
from swarmfile.definition.settings import Settings, parse


@dataclass(frozen=True)
class LoadPlan:
    """A definition and what it means. users: the most at once; run_time_s: None without an end."""

    definition: Definition
    settings: Settings
    load: Load
    users: int
    run_time_s: float | None


def load_findings(definition: Definition) -> Iterator[Finding]:
    """Yields a warning for each part of the load that cannot be; nothing where the load cannot be read."""
    try:
        settings = parse(dict(definition.test))
        load = load_of(definition, settings)
    except (ValueError, BadInputError):
        return
    plan = LoadPlan(definition, settings, load, _users(settings, load), _run_time_s(settings, load))
    for check in (_of_ramp, _of_stages, _of_workers, _of_keda, _of_criteria):
        yield from check(plan)


def _users(settings: Settings, load: Load) -> int:
    if settings.stages:
        return settings.load_test.users or max(stage.users for stage in settings.stages)
    return settings.arrivals.max_users if settings.arrivals else load.users or 1


def _run_time_s(settings: Settings, load: Load) -> float | None:
    if settings.stages:
        return settings.load_test.run_time_s or sum(stage.duration_s for stage in settings.stages)
    if settings.arrivals:
        seconds = sum(stage.duration_s for stage in settings.arrivals.lasting(load.run_time_s).stages)
        return None if math.isinf(seconds) else seconds
    return load.run_time_s


def _of_ramp(plan: LoadPlan) -> Iterator[Finding]:
    """Users that come one after the other, all of them before the run is over."""
    if plan.settings.stages or plan.settings.arrivals or not plan.run_time_s:
        return
    rate = plan.load.spawn_rate or 1.0
    seconds = plan.users / rate
    if seconds > plan.run_time_s:
        missing = plan.users - math.floor(rate * plan.run_time_s)
        place = _of_the_load(plan, "spawn_rate", "run_time_s")
        yield _warning(
            *place,
            f"{plan.users:,} users at {rate:g}/s take {durations.text(seconds)}, and the run lasts "
            f"{durations.text(plan.run_time_s)}: {missing:,} of them would never run; write a higher spawn rate",
        )


def _of_stages(plan: LoadPlan) -> Iterator[Finding]:
    """Each stage gets from the users before it to its own, and every name means one stage."""
    before, names = 0, set[str]()
    for index, stage in enumerate(plan.settings.stages):
        seconds = abs(stage.users - before) / stage.spawn_rate
        if seconds > stage.duration_s:
            yield _of_test(
                plan,
                ("stages", index, "duration"),
                f"from {before:,} to {stage.users:,} users at {stage.spawn_rate:g}/s takes {durations.text(seconds)}, "
                f"and the stage lasts {durations.text(stage.duration_s)}; write at least {durations.text(seconds)}",
            )
        if stage.name in names:
            yield _of_test(
                plan, ("stages", index, "name"), f"{stage.name} is another stage's name, too; write one of its own"
            )
        names.add(stage.name)
        before = stage.users
    if plan.settings.stages and not plan.users:
        yield _of_test(plan, ("stages",), "no stage has users, so there is no load; write users above 0")


def _of_workers(plan: LoadPlan) -> Iterator[Finding]:
    upstream = plan.definition.upstream
    replicas = at(upstream, "worker", "replicas") or 0
    if any(at(upstream, "worker", kind, "enabled") for kind in ("keda", "hpa")) or replicas <= max(1, plan.users):
        return
    if not plan.settings.arrivals:
        users = f"{plan.users:,} user{'' if plan.users == 1 else 's'}"
        what = f"{replicas:,} workers for {users}: {replicas - plan.users:,} would have none"
        yield _of_upstream(plan, ("worker", "replicas"), f"{what}; write at most {plan.users}")


def _of_keda(plan: LoadPlan) -> Iterator[Finding]:
    """The workers that KEDA may start carry the planned users, at the users for each that its trigger names."""
    keda = at(plan.definition.upstream, "worker", "keda") or {}
    highest = keda.get("maxReplicas") or at(plan.definition.upstream, "worker", "hpa", "maxReplicas") or 100
    for target in _targets(str(keda.get("triggers") or "")) if keda.get("enabled") else ():
        if highest * target < plan.users:
            yield _of_upstream(
                plan,
                ("worker", "keda", "maxReplicas"),
                f"{highest:,} workers at {target:,.0f} users each carry {highest * target:,.0f}, "
                f"not the {plan.users:,} that are planned; write at least {math.ceil(plan.users / target):,}",
            )


def _targets(triggers: str) -> Iterator[float]:
    try:
        read: Any = yaml.safe_load(triggers)
    except yaml.YAMLError:
        return
    for trigger in read if isinstance(read, list) else ():
        metadata = trigger.get("metadata") if isinstance(trigger, dict) else None
        # Of other numbers nobody here knows how they follow the users.
        if isinstance(metadata, dict) and metadata.get("valueLocation") == "planned_users":
            yield from _number(metadata.get("targetValue"))


def _number(text: object) -> Iterator[float]:
    try:
        number = float(str(text))
    except ValueError:
        return
    if number > 0:
        yield number


def _of_criteria(plan: LoadPlan) -> Iterator[Finding]:
    """Windows and the times that are left out fit into the run."""
    if not plan.run_time_s:
        return
    assertions, lasts = plan.settings.assertions, durations.text(plan.run_time_s)
    left_out = assertions.warm_up_s + assertions.cool_down_s
    if left_out >= plan.run_time_s:
        what = (
            f"this and coolDown are {durations.text(left_out)} together, and the run lasts {lasts}: nothing is judged"
        )
        yield _of_test(plan, ("assertions", "warmUp"), f"{what}; write less")
    written = at(plan.definition.test, "assertions", "criteria") or []
    own = assertions.criteria[len(assertions.criteria) - len(written) :]
    for index, criterion in enumerate(own):
        if criterion.window_s and criterion.window_s > plan.run_time_s:
            window = durations.text(criterion.window_s)
            yield _of_test(
                plan,
                ("assertions", "criteria", index),
                f"its window, {window}, is longer than the run, {lasts}",
            )


def _of_the_load(plan: LoadPlan, *parts: str) -> tuple[tuple[Layer, ...], Path]:
    """Returns where the load was written, the first of the parts that was written anywhere."""
    sources = [plan.load.sources[part] for part in parts if part in plan.load.sources]
    if LoadSource.LOAD_TEST in sources:
        return plan.definition.test_layers, ("loadTest",)
    return plan.definition.upstream_layers, ("master", "args")


def _of_test(plan: LoadPlan, path: Path, message: str) -> Finding:
    return _warning(plan.definition.test_layers, path, message)


def _of_upstream(plan: LoadPlan, path: Path, message: str) -> Finding:
    return _warning(plan.definition.upstream_layers, path, message)


def _warning(layers: tuple[Layer, ...], path: Path, message: str) -> Finding:
    source = source_of(layers, path)
    return Finding(f"{source}: {shown(path)}: {message}", Level.WARNING, source, path)
