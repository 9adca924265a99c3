import json
import os
from pathlib import Path

import pytest

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.report.result_files import read_result
from tests.unit.cli.report.conftest import METRICS, STATE


@pytest.mark.parametrize(("name", "content"), [("metrics.json", METRICS), ("state.json", STATE)])
def test_what_a_run_wrote_is_read(tmp_path: Path, name: str, content: object) -> None:
    (tmp_path / name).write_text(json.dumps(content))
    assert read_result(tmp_path / name) == content


def test_what_is_missing_or_no_file_is_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "metrics.json")
    assert read_result(tmp_path / "metrics.json") is None
    assert read_result(tmp_path / "state.json") is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "is no object"),
        ("{", "Expecting property name"),
        ('{"a": ' + "[" * 10**5, "is nested too deeply"),
        ('{"elapsed_s": 1e30}', "elapsed_s: 1e+30 is greater than the maximum of 100000000.0"),
        ('{"totals": {"requests": "\\u001b[2J"}}', r"totals.requests: '\x1b[2J' is not of type 'number', 'null'"),
        ('{"timeline": {"columns": []}}', "timeline: "),
        ('{"failures": [{"error": "a"}]}', "failures[0]: 'occurrences' is a required property"),
        (json.dumps({"evidence": [{"cause": "a", "request": {"headers": [["a"]]}}]}), "headers[0]: ['a'] is too short"),
    ],
)
def test_what_cannot_be_is_one_line_with_file_and_key(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "metrics.json"
    path.write_text(text)
    with pytest.raises(BadInputError) as refused:
        read_result(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert why in str(refused.value)
    assert len(str(refused.value)) < 600
