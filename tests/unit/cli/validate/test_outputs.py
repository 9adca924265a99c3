"""Findings as text, JSON, GitHub's annotations and SARIF."""

import json
from pathlib import Path

import pytest

from swarmfile.cli.validate.finding import Finding, Level
from swarmfile.cli.validate.outputs import as_annotations, as_json, as_sarif, as_text

FILE = "config/smoke/test.yml"
FOUND = [
    Finding("100% wrong", source=FILE, path=("loadTest", "users"), types=("smoke",)),
    Finding("perhaps wrong", Level.WARNING),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text("mode: job\nloadTest:\n  users: 0\n")
    return tmp_path


def test_text_is_a_line_each(root: Path) -> None:
    assert as_text(root, FOUND) == "100% wrong\nwarning: perhaps wrong"


def test_json_names_file_line_and_key(root: Path) -> None:
    assert json.loads(as_json(root, FOUND)) == [
        {
            "level": "error",
            "message": "100% wrong",
            "file": FILE,
            "line": 3,
            "key": "loadTest.users",
            "types": ["smoke"],
        },
        {"level": "warning", "message": "perhaps wrong", "file": "", "line": None, "key": "", "types": []},
    ]


def test_an_annotation_ends_no_command_and_begins_no_other(root: Path) -> None:
    assert as_annotations(root, FOUND) == f"::error file={FILE},line=3::100%25 wrong\n::warning::perhaps wrong"


def test_sarif_holds_what_code_scanning_asks_for(root: Path) -> None:
    sarif = json.loads(as_sarif(root, FOUND))
    [run] = sarif["runs"]
    assert sarif["version"] == "2.1.0"
    first, second = run["results"]
    assert first["message"] == {"text": "100% wrong"}
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": FILE},
        "region": {"startLine": 3},
    }
    assert {first["ruleId"], second["ruleId"]} <= {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert "locations" not in second
