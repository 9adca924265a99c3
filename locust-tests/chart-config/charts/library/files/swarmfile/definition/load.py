"""Which load results from a definition and from Locust's command line: one rule, wherever the test runs.

`loadTest` replaces what the arguments say, and these replace the profile. `loadTest.extraArgs` are the last words of
the command line, so they take precedence over all of it. Stages and arrivals replace users and spawn rate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from swarmfile.definition import durations
from swarmfile.definition.settings import Mode, Profile, Settings

# A run without its workers is given up after this time.
WAIT_FOR_WORKERS_S = 300
# For workers' last reports, when a Job ends.
AUTOQUIT_S = 5


class LoadSource(StrEnum):
    """Where a part of the load was found, in order of precedence."""

    EXTRA_ARGS = "loadTest.extraArgs"
    LOAD_TEST = "loadTest"
    ARGUMENTS = "arguments"
    PROFILE = "profile"
    DEFINITION = "definition"


@dataclass(frozen=True)
class LoadOptions:
    """Parts of a load; None where nothing is said.

    expected_workers: the load begins when so many are there; wait_s: after so many seconds without them it never does
    autostart: it begins without a click; autoquit_s: so many seconds after its end the process ends
    tags, excluded_tags: which tasks run, and which do not
    """

    users: int | None = None
    spawn_rate: float | None = None
    run_time_s: int | None = None
    expected_workers: int | None = None
    wait_s: int | None = None
    headless: bool | None = None
    autostart: bool | None = None
    autoquit_s: int | None = None
    tags: tuple[str, ...] | None = None
    excluded_tags: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Load(LoadOptions):
    """The load of a run; None where Locust's own default counts. `sources`: by name, where each part was found."""

    sources: Mapping[str, LoadSource] = field(default_factory=dict)

    @property
    def starts_by_itself(self) -> bool:
        """Whether it begins without a click in the web UI."""
        return bool(self.autostart or self.headless)


def resolve(
    settings: Settings, arguments: LoadOptions, extra: LoadOptions = LoadOptions(), *, one_run_only: bool
) -> Load:
    """Returns the load of a run.

    arguments: what the whole command line says; extra: the part of it that stands in loadTest.extraArgs
    one_run_only: the process is a Job's pod, which ends by itself
    """
    headless = bool(arguments.headless or extra.headless)
    layers = {
        LoadSource.EXTRA_ARGS: extra,
        LoadSource.LOAD_TEST: _without_users(settings, _of_load_test(settings)),
        LoadSource.ARGUMENTS: arguments,
        LoadSource.PROFILE: _without_users(settings, _of_profile(settings.load_test.profile or Profile())),
        LoadSource.DEFINITION: _of_definition(settings, headless=headless, one_run_only=one_run_only),
    }
    found = {each.name: _first(layers, each.name) for each in fields(LoadOptions)}
    values = {name: getattr(layers[source], name) for name, source in found.items() if source}
    return Load(**values, sources={name: source for name, source in found.items() if source})


def sentence(settings: Settings, load: Load) -> str:
    """Returns the load in words: 10 users, 5/s, for 2m, 2 workers expected."""
    return ", ".join(_words(settings, load))


def _of_load_test(settings: Settings) -> LoadOptions:
    own = settings.load_test
    return LoadOptions(
        users=own.users,
        spawn_rate=own.spawn_rate,
        run_time_s=own.run_time_s,
        autostart=own.autostart or None,
        tags=own.tags or None,
        excluded_tags=own.excluded_tags or None,
    )


def _of_profile(profile: Profile) -> LoadOptions:
    return LoadOptions(users=profile.users, spawn_rate=profile.spawn_rate, run_time_s=profile.run_time_s)


def _of_definition(settings: Settings, *, headless: bool, one_run_only: bool) -> LoadOptions:
    # Headless, Locust starts and ends by itself.
    job = settings.mode is Mode.JOB and not headless
    return LoadOptions(
        expected_workers=settings.load_test.expected_workers or None,
        # A plain `locust` without a definition waits as long as Locust does.
        wait_s=WAIT_FOR_WORKERS_S if settings.raw else None,
        autostart=job or None,
        autoquit_s=AUTOQUIT_S if job and one_run_only else None,
    )


def _without_users(settings: Settings, options: LoadOptions) -> LoadOptions:
    if settings.stages:
        return replace(options, users=None, spawn_rate=None, run_time_s=None)
    return replace(options, users=None, spawn_rate=None) if settings.arrivals else options


def _first(layers: Mapping[LoadSource, LoadOptions], name: str) -> LoadSource | None:
    return next((source for source, options in layers.items() if getattr(options, name) is not None), None)


def _words(settings: Settings, load: Load) -> Iterator[str]:
    users, spawn_rate, run_time_s = _amounts(settings, load)
    yield _counted(users, "user") if not settings.arrivals else f"at most {_counted(users, 'user')}"
    yield spawn_rate
    yield f"for {durations.text(run_time_s)}" if run_time_s else "without an end"
    if load.expected_workers:
        yield f"{_counted(load.expected_workers, 'worker')} expected"
    for what, tags in (("tags", load.tags), ("without tags", load.excluded_tags)):
        if tags:
            yield f"{what} {' '.join(tags)}"
    if not load.starts_by_itself:
        yield "to be started in the web UI"


def _amounts(settings: Settings, load: Load) -> tuple[int, str, float | None]:
    """Users, how they come, and seconds; None without an end."""
    if stages := settings.stages:
        scaled = settings.load_test
        seconds = scaled.run_time_s or sum(stage.duration_s for stage in stages)
        return scaled.users or max(stage.users for stage in stages), f"in {_counted(len(stages), 'stage')}", seconds
    if arrivals := settings.arrivals:
        rate, lasting = max(stage.rate for stage in arrivals.stages), arrivals.lasting(load.run_time_s)
        seconds = sum(stage.duration_s for stage in lasting.stages)
        return arrivals.max_users, f"{rate:g} arrivals/s", None if math.isinf(seconds) else seconds
    # Locust's own defaults are 1 and 1.
    return load.users or 1, f"{load.spawn_rate or 1:g}/s", load.run_time_s


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
