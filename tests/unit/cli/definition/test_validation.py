"""Bad definitions, each answered with one line that names file, key and what to write instead."""

from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.definition.validation import read_settings, validated
from swarmfile.cli.errors import BadInputError
from tests.unit.cli.conftest import Write

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "assertions: {p95ThresholdMs: fast}",
            'assertions.p95ThresholdMs: "fast" is not a number; write milliseconds, for example 1000',
        ),
        (
            "assertions: {p95TresholdMs: 800}",
            "assertions.p95TresholdMs: this key is unknown; did you mean p95ThresholdMs?",
        ),
        ("asertions: {}", "asertions: this key is unknown; did you mean assertions?"),
        ("mode: jobb", 'mode: "jobb" is unknown; did you mean job?'),
        ("assertions: {errorRateThreshold: '2'}", "assertions.errorRateThreshold: 2.0 is above 1; write at most 1"),
        (
            "assertions: {errorRateThreshold: low}",
            'assertions.errorRateThreshold: "low" is not a number; write a number, for example 0.01',
        ),
        ("assertions: {errorRateThreshold: 2}", "assertions.errorRateThreshold: 2 is above 1; write at most 1"),
        ("loadTest: {users: 0}", "loadTest.users: 0 is below 1; write at least 1"),
        ("loadTest: {spawnRate: 0}", "loadTest.spawnRate: 0 is not above 0; write a number"),
        ("loadTest: {runTime: soon}", 'loadTest.runTime: "soon" cannot be read; write a duration'),
        ("loadTest: {tags: [1]}", "loadTest.tags[0]: 1 is not text; write text"),
        ("stages: [{users: 1}, {users: many}]", 'stages[1].users: "many" is not a whole number; write a whole number'),
        ("stages: [{name: base}]", "stages[0]: users is missing; write a map of keys and values"),
        (
            "loadTest: 5",
            "loadTest: 5 is not a map of keys and values; write a map of keys and values, for example "
            '{"profile": "", "users": null, "tags": []}',
        ),
    ],
)
def test_a_flaw_is_named_with_its_file_its_key_and_what_to_write(
    clone: Clone, write: Write, text: str, sentence: str
) -> None:
    write("config/stress/test.yml", text)
    with pytest.raises(BadInputError) as refusal:
        validated(read_definition(clone, "stress", []))
    assert str(refusal.value) == f"config/stress/test.yml: {sentence}"


def test_a_flaw_of_the_defaults_is_traced_to_their_file(clone: Clone, write: Write) -> None:
    write("helm-default-values/test.yml", "assertions: {p95ThresholdMs: fast}")
    with pytest.raises(BadInputError, match=r"^helm-default-values/test\.yml: assertions\.p95ThresholdMs"):
        validated(read_definition(clone, "stress", []))


def test_a_flaw_of_a_flag_is_traced_to_the_flag(clone: Clone) -> None:
    with pytest.raises(BadInputError, match=r'^--set: assertions\.p95ThresholdMs: "fast" is not a number'):
        validated(read_definition(clone, "stress", ["assertions.p95ThresholdMs=fast"]))


def test_a_decimal_that_is_written_as_text_becomes_the_number_that_the_schema_wants(clone: Clone) -> None:
    sets = ["assertions.errorRateThreshold='0.05'", "loadTest.host='1.5'"]
    test = validated(read_definition(clone, "stress", sets)).test
    assert test["assertions"]["errorRateThreshold"] == 0.05
    assert test["loadTest"]["host"] == "1.5"


def test_a_definition_without_a_flaw_is_returned_as_it_is(clone: Clone) -> None:
    definition = read_definition(clone, "smoke", [])
    assert validated(definition) == definition


def test_a_flaw_of_the_upstream_is_traced_to_its_own_file(clone: Clone, write: Write) -> None:
    write("config/stress/locust.yml", "worker: {replicas: many}")
    with pytest.raises(BadInputError) as refusal:
        validated(read_definition(clone, "stress", []))
    assert str(refusal.value) == (
        'config/stress/locust.yml: worker.replicas: "many" is not a whole number; write a whole number, for example 2'
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("stages: [{users: 1, duration: 1m}, {users: 2, duration: soon}]", r"stages\[1\]\.duration: 'soon' is not .*"),
        (
            "assertions: {criteria: [p99 < 2s, eror rate < 1%]}",
            r'assertions\.criteria\[1\]: unknown subject "eror rate": write error rate',
        ),
        ("assertions: {criteria: [p95 < 1s, p95 < 1 parsec]}", r"assertions\.criteria\[1\]: .*parsec.*"),
        ("assertions: {criteria: ['p95 < 1s during \"peak\"']}", r"assertions\.criteria\[0\]: .*peak.*"),
        ("assertions: {safetyStop: eror rate < 1}", r"assertions\.safetyStop: .*error rate.*"),
    ],
)
def test_what_the_runs_processes_could_not_read_is_traced_to_its_file(
    clone: Clone, write: Write, text: str, sentence: str
) -> None:
    write("config/stress/test.yml", text)
    with pytest.raises(BadInputError, match=rf"^config/stress/test\.yml: {sentence}$"):
        read_settings(read_definition(clone, "stress", []))


def test_a_phase_is_known_by_its_stage(clone: Clone, write: Write) -> None:
    write(
        "config/stress/test.yml",
        """
        stages: [{name: peak, users: 1, duration: 1m}]
        assertions: {criteria: ['p95 < 1s during "peak"']}
    """,
    )
    read_settings(read_definition(clone, "stress", []))


@pytest.mark.parametrize("key", ["engine", "names.engine"])
def test_the_old_name_of_upstreams_values_is_refused_with_the_new_one(key: str) -> None:
    with pytest.raises(BadInputError) as refusal:
        validated(read_definition(Clone(ROOT), "stress", [f"{key}=1"]))
    assert str(refusal.value) == f"--set: {key}: this must be absent: write upstream instead of engine"
