"""Reads the test definition that reached this process: one JSON file, checked key by key, with defaults."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from swarmfile.definition import baseline, durations, validity
from swarmfile.definition.arrivals import Arrivals
from swarmfile.definition.arrivals import of_settings as arrivals_of
from swarmfile.definition.assertion import Criterion
from swarmfile.definition.assertions import of_assertions, safety_stop
from swarmfile.definition.baseline import Baseline
from swarmfile.definition.validity import Validity
from swarmfile.untrusted.run_name import RULE, is_run_name


class SettingsError(ValueError):
    """One line that names the key and what to write instead."""


class Mode(StrEnum):
    """DEPLOYMENT: the web UI outlives its runs. JOB: the process is one run and ends with it."""

    DEPLOYMENT = "deployment"
    JOB = "job"


@dataclass(frozen=True)
class Stage:
    """A phase: ramp to `users` at `spawn_rate` users a second, stay until `duration_s` is over, ramp included."""

    name: str
    users: int
    spawn_rate: float
    duration_s: float


@dataclass(frozen=True)
class Profile:
    """A named load; None where it says nothing."""

    users: int | None = None
    spawn_rate: float | None = None
    run_time_s: int | None = None


@dataclass(frozen=True)
class LoadTest:
    """What replaces the master's arguments, or scales the stages; None leaves them as they are.

    profile: what counts where neither says anything; expected_workers: 0 where nobody knows their number beforehand
    """

    host: str | None = None
    users: int | None = None
    run_time_s: int | None = None
    spawn_rate: float | None = None
    profile: Profile | None = None
    expected_workers: int = 0
    autostart: bool = False
    tags: tuple[str, ...] = ()
    excluded_tags: tuple[str, ...] = ()
    extra_args: tuple[str, ...] = ()


# The same as in the chart's values, for a plain `locust` without settings.
DEFAULT_THRESHOLDS = {"p95ThresholdMs": 1000, "errorRateThreshold": 0.01}


@dataclass(frozen=True)
class Assertions:
    """The criteria, the two thresholds over all requests first. `fail_job`: a Job fails on FAIL, too.

    safety_stop: what ends a run whatever is asserted; None: nothing does
    relative: the criteria that speak of the baseline, which only the end of a run can judge
    warm_up_s, cool_down_s: seconds at the start and at the end that the criteria leave out
    """

    criteria: tuple[Criterion, ...] = field(default_factory=lambda: of_assertions(DEFAULT_THRESHOLDS))
    safety_stop: Criterion | None = field(default_factory=lambda: safety_stop({}))
    warm_up_s: int = 0
    cool_down_s: int = 0
    fail_job: bool = False
    relative: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class Settings:
    """The test definition as far as every feature needs it; `raw` holds the rest for the features that own it."""

    type: str = "test"
    mode: Mode = Mode.DEPLOYMENT
    load_test: LoadTest = LoadTest()
    stages: tuple[Stage, ...] = ()
    arrivals: Arrivals | None = None
    assertions: Assertions = field(default_factory=Assertions)
    validity: Validity = field(default_factory=Validity)
    baseline: Baseline = field(default_factory=lambda: Baseline(passes=1))
    raw: Mapping[str, Any] = field(default_factory=dict)


def load(path: Path | None) -> Settings:
    """Returns the settings in the JSON file, the defaults where there is none.

    Raises SettingsError, its one line starting with the file's name.
    """
    if path is None or not path.exists():
        return Settings()
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (SettingsError, ValueError) as error:
        raise SettingsError(f"{path.name}: {error}") from error


def parse(raw: object) -> Settings:
    """Returns the definition's settings; keys that no feature of the core asks for stay in `raw` unread."""
    if not isinstance(raw, dict):
        raise SettingsError("the file must hold one JSON object")
    stages = tuple(_stage(stage, f"stages[{index}]") for index, stage in enumerate(raw.get("stages") or ()))
    load_test = _load_test(_mapping(raw, "loadTest"), _mapping(raw, "profiles"))
    arrivals = _arrivals(_mapping(raw, "arrivals"), load_test, bool(stages))
    phases = [stage.name for stage in (arrivals.stages if arrivals else stages)]
    return Settings(
        type=_type(raw.get("type") or "test"),
        mode=_mode(raw.get("mode")),
        load_test=load_test,
        stages=stages,
        arrivals=arrivals,
        assertions=_assertions(_mapping(raw, "assertions") or DEFAULT_THRESHOLDS, phases),
        validity=validity.of_settings(_mapping(raw, "validity")),
        baseline=_baseline(raw.get("baseline")),
        raw=raw,
    )


def parse_duration(value: object, key: str = "duration") -> int:
    """Returns whole seconds of a duration as Locust writes it: 90, "90", "90s", "2m", "1h30m"."""
    try:
        return durations.seconds(value)
    except ValueError as error:
        raise SettingsError(f"{key}: {error}") from error


def _type(value: object) -> str:
    # The name of each run begins with it.
    if not is_run_name(str(value)):
        raise SettingsError(f"type: {value!r} is no name of a test type; {RULE}")
    return str(value)


def _mode(value: object) -> Mode:
    if value in (None, ""):
        return Mode.DEPLOYMENT
    if value not in tuple(Mode):
        raise SettingsError(f"mode: {value!r} is unknown; write job or deployment")
    return Mode(str(value))


def _load_test(raw: Mapping[str, Any], profiles: Mapping[str, Any]) -> LoadTest:
    users, spawn_rate, run_time_s = _amounts(raw, "loadTest")
    return LoadTest(
        host=raw.get("host") or None,
        users=users,
        run_time_s=run_time_s,
        spawn_rate=spawn_rate,
        profile=_profile(raw.get("profile"), profiles),
        expected_workers=int(raw.get("expectWorkers") or 0),
        autostart=bool(raw.get("autostart")),
        tags=_words(raw.get("tags")),
        excluded_tags=_words(raw.get("excludeTags")),
        extra_args=_words(raw.get("extraArgs")),
    )


def _profile(name: str | None, profiles: Mapping[str, Any]) -> Profile | None:
    if not name:
        return None
    if not isinstance(profiles.get(name), dict):
        there = ", ".join(sorted(profiles)) or "profiles, which is empty"
        raise SettingsError(
            f"loadTest.profile: {name} is not one of {there}; add it to profiles or choose one of these"
        )
    return Profile(*_amounts(profiles[name], f"profiles.{name}"))


def _amounts(raw: Mapping[str, Any], key: str) -> tuple[int | None, float | None, int | None]:
    """Users, spawn rate and run time; None for each that is not given."""
    users, spawn_rate, run_time = (raw.get(name) for name in ("users", "spawnRate", "runTime"))
    return (
        None if users is None else int(_number(users, f"{key}.users", minimum=1)),
        None if spawn_rate is None else _number(spawn_rate, f"{key}.spawnRate", minimum=0) or None,
        None if run_time in (None, "") else parse_duration(run_time, f"{key}.runTime") or None,
    )


def _words(entries: object) -> tuple[str, ...]:
    # Upstream's start script, and so each of ours, splits an entry at blanks.
    return tuple(word for entry in (entries if isinstance(entries, list) else []) for word in str(entry).split())


def _arrivals(raw: Mapping[str, Any], load_test: LoadTest, has_stages: bool) -> Arrivals | None:
    try:
        arrivals = arrivals_of(raw, load_test.run_time_s)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    if arrivals and has_stages:
        raise SettingsError("stages: the load is arrivals; put stages with rates into arrivals.stages")
    if arrivals and load_test.users is not None:
        raise SettingsError("loadTest.users: arrivals take as many users as they need; write arrivals.rate instead")
    return arrivals


def _stage(raw: object, key: str) -> Stage:
    if not isinstance(raw, dict):
        raise SettingsError(f"{key}: a stage holds name, users, spawnRate and duration")
    users = int(_number(raw.get("users"), f"{key}.users", minimum=0))
    duration_s = parse_duration(raw.get("duration"), f"{key}.duration")
    if duration_s == 0:
        raise SettingsError(f"{key}.duration: 0 is too short; write at least 1s")
    spawn_rate = _number(raw.get("spawnRate", users or 1), f"{key}.spawnRate", minimum=0)
    if spawn_rate == 0:
        raise SettingsError(f"{key}.spawnRate: 0 never gets there; write users per second above 0")
    return Stage(str(raw.get("name") or key), users, spawn_rate, duration_s)


def _assertions(raw: Mapping[str, Any], phases: Sequence[str]) -> Assertions:
    for key in ("p95ThresholdMs", "errorRateThreshold"):
        if raw.get(key) is not None:
            _number(raw[key], f"assertions.{key}", minimum=0)
    criteria = of_assertions(raw, phases)
    return Assertions(
        criteria=tuple(each for each in criteria if not each.of_baseline),
        relative=tuple(each for each in criteria if each.of_baseline),
        safety_stop=safety_stop(raw),
        warm_up_s=parse_duration(raw.get("warmUp") or 0, "assertions.warmUp"),
        cool_down_s=parse_duration(raw.get("coolDown") or 0, "assertions.coolDown"),
        fail_job=bool(raw.get("failJob", False)),
    )


def _baseline(value: object) -> Baseline:
    try:
        return baseline.of_setting(value)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key) or {}
    if not isinstance(value, dict):
        raise SettingsError(f"{key}: must be a mapping")
    return value


def _number(value: object, key: str, minimum: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise SettingsError(f"{key}: {value!r} is not a number")
    if value < minimum:
        raise SettingsError(f"{key}: {value:g} is too low; write at least {minimum:g}")
    return value
