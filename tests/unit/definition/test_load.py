"""One definition means the same load on a laptop, in a Deployment and in a Job."""

import pytest

from swarmfile.definition.load import Load, LoadOptions, LoadSource, resolve, sentence
from swarmfile.definition.settings import Settings, parse

BIG = {"profiles": {"big": {"users": 500, "spawnRate": 50, "runTime": "10m"}, "data": {"selectedFile": "a.csv"}}}
ARGUMENTS = LoadOptions(users=10, spawn_rate=5, run_time_s=120, autostart=True)
STAGES = [{"name": name, "users": users, "duration": "1m"} for name, users in (("low", 5), ("high", 50))]


def settings_of(mode: str, load_test: dict[str, object], **more: object) -> Settings:
    return parse(BIG | {"mode": mode, "loadTest": load_test} | more)


def loads(arguments: LoadOptions, load_test: dict[str, object], **more: object) -> dict[str, Load]:
    """The load by place; only in a Job's pod the process is one run."""
    deployment, job = (settings_of(mode, load_test, **more) for mode in ("deployment", "job"))
    return {
        "laptop": resolve(deployment, arguments, one_run_only=False),
        "deployment": resolve(deployment, arguments, one_run_only=False),
        "job on a laptop": resolve(job, arguments, one_run_only=False),
        "job": resolve(job, arguments, one_run_only=True),
    }


@pytest.mark.parametrize(
    ("arguments", "load_test", "more", "expected"),
    [
        (ARGUMENTS, {}, {}, "10 users, 5/s, for 2m"),
        (ARGUMENTS, {"users": 3, "runTime": "90"}, {}, "3 users, 5/s, for 1m30s"),
        (ARGUMENTS, {"spawnRate": 0.5}, {}, "10 users, 0.5/s, for 2m"),
        (ARGUMENTS, {"profile": "big"}, {}, "10 users, 5/s, for 2m"),
        (LoadOptions(users=10, autostart=True), {"profile": "big"}, {}, "10 users, 50/s, for 10m"),
        (LoadOptions(users=10, autostart=True), {"profile": "data"}, {}, "10 users, 1/s, without an end"),
        (LoadOptions(autostart=True), {"profile": "big", "users": 1}, {}, "1 user, 50/s, for 10m"),
        (LoadOptions(autostart=True), {}, {}, "1 user, 1/s, without an end"),
        (LoadOptions(), {"autostart": True, "users": 1, "runTime": "1h"}, {}, "1 user, 1/s, for 1h"),
        (ARGUMENTS, {"expectWorkers": 2}, {}, "10 users, 5/s, for 2m, 2 workers expected"),
        (
            LoadOptions(autostart=True, expected_workers=1),
            {"expectWorkers": 2},
            {},
            "1 user, 1/s, without an end, 1 worker expected",
        ),
        (ARGUMENTS, {"tags": ["a"]}, {}, "10 users, 5/s, for 2m, tags a"),
        (
            LoadOptions(autostart=True, tags=("x", "y"), excluded_tags=("z",)),
            {"tags": ["a"]},
            {},
            "1 user, 1/s, without an end, tags a, without tags z",
        ),
        (ARGUMENTS, {"profile": "big"}, {"stages": STAGES}, "50 users, in 2 stages, for 2m"),
        (ARGUMENTS, {"users": 10, "runTime": "1m"}, {"stages": STAGES}, "10 users, in 2 stages, for 1m"),
        (ARGUMENTS, {"profile": "big"}, {"arrivals": {"rate": "5/s"}}, "at most 1,000 users, 5 arrivals/s, for 2m"),
        (
            LoadOptions(autostart=True),
            {"profile": "big"},
            {"arrivals": {"rate": "5/s", "maxUsers": 7}},
            "at most 7 users, 5 arrivals/s, for 10m",
        ),
    ],
)
def test_a_definition_means_the_same_load_everywhere(
    arguments: LoadOptions, load_test: dict[str, object], more: dict[str, object], expected: str
) -> None:
    found = loads(arguments, load_test, **more)
    said = {place: sentence(settings_of("job", load_test, **more), load) for place, load in found.items()}
    assert said == dict.fromkeys(found, expected)


@pytest.mark.parametrize(
    ("arguments", "starts"),
    [
        (LoadOptions(), {"laptop": False, "deployment": False, "job on a laptop": True, "job": True}),
        (LoadOptions(autostart=True), dict.fromkeys(("laptop", "deployment", "job on a laptop", "job"), True)),
        (LoadOptions(headless=True), dict.fromkeys(("laptop", "deployment", "job on a laptop", "job"), True)),
    ],
)
def test_a_job_starts_by_itself(arguments: LoadOptions, starts: dict[str, bool]) -> None:
    assert {place: load.starts_by_itself for place, load in loads(arguments, {}).items()} == starts


@pytest.mark.parametrize(
    ("arguments", "autoquit_s"),
    [
        (LoadOptions(), 5),
        (LoadOptions(autoquit_s=9), 9),
        (LoadOptions(autoquit_s=-1), -1),
        (LoadOptions(headless=True), None),
    ],
)
def test_a_jobs_pod_ends_by_itself(arguments: LoadOptions, autoquit_s: int | None) -> None:
    found = loads(arguments, {})
    assert found["job"].autoquit_s == autoquit_s
    assert {found[place].autoquit_s for place in ("laptop", "deployment", "job on a laptop")} == {arguments.autoquit_s}


@pytest.mark.parametrize(("written", "wait_s"), [(None, 300), (60, 60), (0, 0)])
def test_the_wait_for_workers_ends_at_a_limit(written: int | None, wait_s: int) -> None:
    assert {load.wait_s for load in loads(LoadOptions(wait_s=written), {}).values()} == {wait_s}


def test_without_a_definition_locust_does_as_ever() -> None:
    assert resolve(Settings(), LoadOptions(), one_run_only=False) == Load()


def test_a_load_without_a_start_says_who_starts_it() -> None:
    settings = parse({})
    assert sentence(settings, Load(users=2)) == "2 users, 1/s, without an end, to be started in the web UI"


def test_further_arguments_take_precedence_and_each_part_says_where_it_was_found() -> None:
    settings = settings_of("deployment", {"profile": "big", "users": 3, "spawnRate": 2})
    load = resolve(settings, LoadOptions(users=7, spawn_rate=9), LoadOptions(users=7), one_run_only=False)
    assert (load.users, load.spawn_rate, load.run_time_s) == (7, 2, 600)
    assert load.sources == {
        "users": LoadSource.EXTRA_ARGS,
        "spawn_rate": LoadSource.LOAD_TEST,
        "run_time_s": LoadSource.PROFILE,
        "wait_s": LoadSource.DEFINITION,
    }
