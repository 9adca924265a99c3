"""Which test data a run gets and where TEST_DATA_FILE points."""

from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition, read_definition
from swarmfile.cli.definition.test_data import find_test_data
from swarmfile.cli.errors import BadInputError
from tests.unit.cli.conftest import Write

DATA = "testData: {files: {a.csv: '1', b.csv: '2'}}\nprofiles: {big: {selectedFile: b.csv}}\n"


def smoke(clone: Clone, *sets: str) -> Definition:
    return read_definition(clone, "smoke", sets)


@pytest.mark.parametrize(
    ("sets", "selected"),
    [
        ([], ""),
        (["testData.selectedFile=a.csv"], "a.csv"),
        (["loadTest.profile=big"], "b.csv"),
        (["loadTest.profile=big", "testData.selectedFile=a.csv"], "a.csv"),
        (["testData.inline=x"], "batch_input.jsonl"),
        (["testData.file=smoke.py"], "smoke.py"),
    ],
)
def test_the_selected_file_is_the_one_that_the_pods_would_read(
    clone: Clone, write: Write, sets: list[str], selected: str
) -> None:
    write("config/smoke/test.yml", DATA)
    data = find_test_data(smoke(clone, *sets))
    assert data.selected == selected
    assert {"a.csv": b"1", "b.csv": b"2"}.items() <= data.files.items()


def test_a_single_file_needs_no_selection(clone: Clone) -> None:
    assert find_test_data(smoke(clone, r"testData.files.a\.csv=1")).selected == "a.csv"


def test_without_data_nothing_is_selected(clone: Clone) -> None:
    assert find_test_data(smoke(clone)).selected == ""


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
