"""What a definition is made of, from the lowest layer to the highest."""

from typing import Any

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import over_defaults, read_definition
from swarmfile.cli.definition.layers import Layer
from swarmfile.cli.errors import BadInputError
from tests.unit.cli.conftest import Write


def test_each_layer_lies_over_the_one_before(clone: Clone, write: Write) -> None:
    write("config/smoke/test.yml", "mode: deployment\nassertions: {p95ThresholdMs: 500}\n")
    flag = Layer("--users", {"loadTest": {"users": 3}})
    test = read_definition(clone, "smoke", ["loadTest.users=2", "loadTest.tags=[a]"], [flag]).test
    assert test["mode"] == "deployment"
    assert test["assertions"] == {"p95ThresholdMs": 500, "errorRateThreshold": 0.01}
    assert test["loadTest"] == {"profile": "", "users": 3, "tags": ["a"]}


def test_the_environments_name_is_the_type_whatever_the_files_say(clone: Clone, write: Write) -> None:
    write("config/smoke/test.yml", "type: other\n")
    assert read_definition(clone, "smoke", []).test["type"] == "smoke"


def test_the_upstream_is_read_from_its_own_files(clone: Clone) -> None:
    upstream = read_definition(clone, "smoke", []).upstream
    assert upstream["worker"] == {"replicas": 2}
    assert "--users=10" in upstream["master"]["args"]


def test_the_upstream_of_one_run_is_set_beside_the_test(clone: Clone) -> None:
    assert read_definition(clone, "smoke", ["upstream.worker.replicas=4"]).upstream["worker"] == {"replicas": 4}


def test_a_set_replaces_a_list_of_the_files_and_merges_into_a_map(clone: Clone, write: Write) -> None:
    write("config/smoke/test.yml", "stages: [{users: 1}, {users: 2}]\nassertions: {p95ThresholdMs: 500}\n")
    test = read_definition(clone, "smoke", ["stages=[{users: 9}]", "assertions={warmUp: 5s}"]).test
    assert test["stages"] == [{"users": 9}]
    assert test["assertions"] == {"p95ThresholdMs": 500, "errorRateThreshold": 0.01, "warmUp": "5s"}


def test_an_unknown_type_is_refused_before_a_file_is_read(clone: Clone) -> None:
    with pytest.raises(BadInputError, match="no such test type"):
        read_definition(clone, "smok", [])


@pytest.mark.parametrize(
    ("defaults", "values", "result"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"a": None}, {}),
        ({"a": None}, {"a": None}, {}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}, {"a": {"c": 2}}),
        ({"a": {"b": 1}}, {"a": [1]}, {"a": [1]}),
        ({"a": None}, {}, {}),
        ({}, {"x": None}, {"x": None}),
        ({}, {"x": {"y": None}}, {"x": {"y": None}}),
    ],
)
def test_a_null_removes_a_charts_default(
    defaults: dict[str, Any], values: dict[str, Any], result: dict[str, Any]
) -> None:
    assert over_defaults(defaults, values) == result
