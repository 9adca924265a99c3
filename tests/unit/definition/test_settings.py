"""What a definition means, and what is said about one that is wrong."""

import json
from pathlib import Path

import pytest
from locust.util.timespan import parse_timespan

from swarmfile.definition.settings import Mode, Settings, SettingsError, Stage, load, parse, parse_duration
from swarmfile.definition.validity import Effect, Reason


@pytest.mark.parametrize("text", ["90", "90s", "2m", "1h", "1h30m", "3h30m10s", "2m5s"])
def test_a_duration_reads_as_locust_reads_it(text: str) -> None:
    assert parse_duration(text) == parse_timespan(text)


@pytest.mark.parametrize("text", ["", "2x", "m", "-1", "1.5m", "30m1h", True, None])
def test_what_is_no_duration_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(SettingsError, match=r"^loadTest.runTime: .* write for example 90, 2m or 1h30m$"):
        parse_duration(text, "loadTest.runTime")


def test_a_missing_file_means_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.json") == load(None) == Settings()
    assert list(map(str, Settings().assertions.criteria)) == ["p95 <= 1000ms", "error rate <= 1%"]


def test_a_definition_is_read_whole(tmp_path: Path) -> None:
    definition = {
        "type": "spike",
        "mode": "job",
        "loadTest": {"users": 40, "runTime": "2m"},
        "stages": [{"name": "base", "users": 20, "spawnRate": 5, "duration": "1m"}],
        "assertions": {
            "errorRateThreshold": 0.01,
            "criteria": ["p99 < 2s during base"],
            "warmUp": "30s",
            "failJob": True,
        },
        "validity": {"scriptErrors": "warn"},
    }
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(definition))
    settings = load(path)
    assert (settings.type, settings.mode) == ("spike", Mode.JOB)
    assert (settings.load_test.users, settings.load_test.run_time_s) == (40, 120)
    assert settings.stages == (Stage("base", 20, 5, 60),)
    assert list(map(str, settings.assertions.criteria)) == ["error rate <= 1%", 'p99 < 2s during "base"']
    assert (settings.assertions.warm_up_s, settings.assertions.fail_job) == (30, True)
    assert settings.validity.effect(Reason.SCRIPT_ERRORS) is Effect.WARN
    assert settings.raw == definition


@pytest.mark.parametrize(
    ("definition", "complaint"),
    [
        ([], "settings.json: the file must hold one JSON object"),
        ({"mode": "pod"}, "settings.json: mode: 'pod' is unknown; write job or deployment"),
        (
            {"loadTest": {"profile": "huge"}, "profiles": {"small": {}, "big": {}}},
            "settings.json: loadTest.profile: huge is not one of big, small; add it to profiles or choose one of these",
        ),
        (
            {"loadTest": {"profile": "big"}, "profiles": {"big": {"runTime": "soon"}}},
            "settings.json: profiles.big.runTime: 'soon' is not a duration; write for example 90, 2m or 1h30m",
        ),
        ({"loadTest": {"users": "ten"}}, "settings.json: loadTest.users: 'ten' is not a number"),
        ({"type": "../a"}, "settings.json: type: '../a' is no name of a test type; write letters, digits, dots"),
        ({"loadTest": {"users": 0}}, "settings.json: loadTest.users: 0 is too low; write at least 1"),
        ({"stages": [{"users": 1, "spawnRate": 1}]}, "stages[0].duration: 'None' is not a duration"),
        ({"stages": [{"users": 1, "spawnRate": 0, "duration": 5}]}, "stages[0].spawnRate: 0 never gets there"),
        ({"assertions": {"p95ThresholdMs": "1s"}}, "assertions.p95ThresholdMs: '1s' is not a number"),
        ({"assertions": 5}, "assertions: must be a mapping"),
        ({"assertions": {"criteria": ["p99 < 1%"]}}, "settings.json: assertions.criteria[0]: "),
        ({"assertions": {"safetyStop": "eror rate < 90%"}}, "assertions.safetyStop: unknown subject"),
        ({"assertions": {"warmUp": "soon"}}, "assertions.warmUp: 'soon' is not a duration"),
        ({"arrivals": {"rate": 500}}, "settings.json: arrivals.rate: 500 is no rate; write arrivals per second"),
        (
            {"arrivals": {"rate": "5/s"}, "stages": [{"users": 1, "duration": 5}]},
            "settings.json: stages: the load is arrivals; put stages with rates into arrivals.stages",
        ),
        (
            {"arrivals": {"rate": "5/s"}, "loadTest": {"users": 5}},
            "settings.json: loadTest.users: arrivals take as many users as they need; write arrivals.rate instead",
        ),
        ({"validity": {"cutShrt": "warn"}}, "settings.json: validity.cutShrt: unknown key; write cutShort"),
    ],
)
def test_a_wrong_definition_is_refused_in_one_line_that_names_the_key(
    tmp_path: Path, definition: object, complaint: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(definition))
    with pytest.raises(SettingsError) as refused:
        load(path)
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_json_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{")
    with pytest.raises(SettingsError, match=r"^settings\.json: "):
        load(path)


def test_what_the_core_does_not_know_is_kept_for_others() -> None:
    assert parse({"anything": {"rate": "500/s"}}).raw["anything"] == {"rate": "500/s"}


def test_arrivals_are_scaled_by_the_run_time_and_their_stages_are_phases() -> None:
    stages = [{"name": "peak", "rate": "500/s", "duration": "1m"}]
    definition = {"arrivals": {"stages": stages}, "loadTest": {"runTime": 6}}
    settings = parse(definition | {"assertions": {"criteria": ["p95 < 1s during peak"]}})
    assert settings.arrivals
    assert settings.arrivals.stages[0].duration_s == 6
    assert settings.assertions.criteria[0].phase == "peak"
