"""All rules over one test type, and which of them go on after another found something."""

from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.validate.rules import Question, findings
from tests.unit.cli.conftest import CHART, Write

SCRIPT = f"{CHART}/files/smoke.py"


def lines(clone: Clone, **more: object) -> list[str]:
    return [finding.message for finding in findings(Question(clone, **more), "smoke")]  # type: ignore[arg-type]


def test_a_definition_that_is_right_has_no_finding(clone: Clone) -> None:
    assert lines(clone) == []


def test_every_flaw_of_the_schema_is_told(clone: Clone) -> None:
    assert lines(clone, sets=["loadTest.usres=1", "mode=jbo", "colour=1"]) == [
        "--set: colour: this key is unknown; write one of "
        "assertions, auth, libs, loadTest, locustfile, mode, pipPackages, pipRequirements, profiles, proxy, stages, "
        "testData, tls, type, upstream",
        "--set: loadTest.usres: this key is unknown; did you mean users?",
        '--set: mode: "jbo" is unknown; did you mean job?',
    ]


def test_rules_that_need_one_another_not_are_all_asked(clone: Clone, write: Write) -> None:
    write(SCRIPT, "def (:\n")
    found = lines(clone, sets=["assertions.criteria=[p95 < 5%]"], host="nothing")
    assert [line.split(": ")[0] for line in found] == ["--set", "HOST", "smoke.py"]


def test_a_file_that_is_no_yaml_is_one_finding(clone: Clone, write: Write) -> None:
    write("config/smoke/test.yml", "mode: [")
    [line] = lines(clone)
    assert line.startswith("config/smoke/test.yml: line 1, column 8: ")


def test_data_and_credentials_in_a_cluster_are_none_of_this_machines_business(clone: Clone, tmp_path: Path) -> None:
    assert lines(clone, sets=["testData.existingSecret=users", "auth.existingSecret=login"]) == []


@pytest.mark.parametrize("host", ["http://127.0.0.1:99999", "example.com"])
def test_a_host_is_judged_where_one_is_given(clone: Clone, host: str) -> None:
    [line] = lines(clone, host=host)
    assert line.startswith(f"HOST: '{host}' is not an address")
