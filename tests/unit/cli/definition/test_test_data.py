"""Which test data a run gets and where TEST_DATA_FILE points."""

import json
from pathlib import Path
from typing import Any

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition, read_definition
from swarmfile.cli.definition.test_data import find_test_data
from swarmfile.cli.errors import BadInputError
from tests.data_choices import CHOICES
from tests.unit.cli.conftest import Write

DATA = "testData: {files: {a.csv: '1', b.csv: '2'}}\nprofiles: {big: {selectedFile: b.csv}}\n"


def smoke(clone: Clone, *sets: str) -> Definition:
    return read_definition(clone, "smoke", sets)


@pytest.mark.parametrize(("values", "selected"), CHOICES)
def test_the_selected_file_is_the_one_that_the_pods_would_read(
    clone: Clone, write: Write, values: dict[str, Any], selected: str
) -> None:
    write("config/smoke/test.yml", json.dumps(values))
    data = find_test_data(smoke(clone))
    assert data.selected == selected
    assert not selected or selected in data.files


def test_the_command_line_can_choose_the_profile_and_with_it_the_file(clone: Clone, write: Write) -> None:
    write("config/smoke/test.yml", DATA)
    data = find_test_data(smoke(clone, "loadTest.profile=big"))
    assert (data.selected, data.files) == ("b.csv", {"a.csv": b"1", "b.csv": b"2"})


def test_ones_own_file_goes_before_the_definitions(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.csv").write_text("1")
    monkeypatch.setenv("TEST_DATA_FILE", str(tmp_path / "mine.csv"))
    assert find_test_data(smoke(clone, "testData.existingClaim=claim")).own_path == str(tmp_path / "mine.csv")
    monkeypatch.setenv("TEST_DATA_FILE", "gone.csv")
    with pytest.raises(BadInputError, match=r"^TEST_DATA_FILE: there is no file gone\.csv; give the path"):
        find_test_data(smoke(clone))


@pytest.mark.parametrize(
    ("sets", "sentence"),
    [
        ("testData.existingClaim=claim", "testData.existingClaim: claim is in a cluster; set TEST_DATA_FILE to a file"),
        ("testData.selectedFile=c.csv", r"testData.selectedFile: there is no c.csv; did you mean a.csv\?"),
        ("testData.file=gone.csv", "testData.file: there is no gone.csv in the chart's files/; put it there"),
    ],
)
def test_data_that_cannot_be_had_is_refused(clone: Clone, write: Write, sets: str, sentence: str) -> None:
    write("config/smoke/test.yml", DATA)
    with pytest.raises(BadInputError, match=rf"^--set: {sentence}"):
        find_test_data(smoke(clone, sets))
