"""Values files as Go reads them, and what is said of those that cannot be read."""

from pathlib import Path
from typing import Any

import pytest

from swarmfile.cli.definition.yaml_file import read_helm_values, read_values
from swarmfile.cli.errors import BadInputError


def read(folder: Path, text: str) -> dict[str, Any]:
    (folder / "test.yml").write_text(text)
    return read_values(folder / "test.yml", "config/smoke/test.yml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("2026-01-01", "2026-01-01"),
        ("1:30", "1:30"),
        ("1e3", 1000.0),
        ("0.5", 0.5),
        ("1_000", 1000),
        ("0o14", 12),
        ("0x10", 16),
        ("~", None),
        ("", None),
        ("2m", "2m"),
        ("-1", -1),
        ("-0x10", -16),
        ("1_0.5", 10.5),
    ],
)
def test_a_scalar_reads_as_go_reads_it(tmp_path: Path, text: str, value: object) -> None:
    read_value = read(tmp_path, f"key: {text}")["key"]
    assert (read_value, type(read_value)) == (value, type(value))


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("off", False), ("Y", True), ("true", True), ("2m", "2m")])
def test_in_helms_own_files_the_old_words_are_true_and_false(tmp_path: Path, text: str, value: object) -> None:
    (tmp_path / "locust.yml").write_text(f"key: {text}")
    assert read_helm_values(tmp_path / "locust.yml", "config/smoke/locust.yml") == {"key": value}


def test_anchors_and_merge_keys_are_understood(tmp_path: Path) -> None:
    assert read(tmp_path, "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}")["b"] == {"x": 1, "y": 3}


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n"])
def test_an_empty_file_holds_no_values(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == {}


def test_a_file_that_is_not_there_holds_no_values(tmp_path: Path) -> None:
    assert read_values(tmp_path / "missing.yml", "missing.yml") == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: [1", r"line 2, column \d+: .*; write valid YAML there"),
        ("a: 1\na: 2", "line 2, column 1: a stands here twice; write valid YAML there"),
        ("1: a", "line 1, column 1: the key 1 is not text; write valid YAML there"),
        ("a: !!python/object:os.system {}", "line 1, column 4: could not determine a constructor.*"),
        ("- a", "the file holds a list; write keys with values, for example mode: job"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadInputError, match=rf"^config/smoke/test\.yml: {sentence}$") as refusal:
        read(tmp_path, text)
    assert "\n" not in str(refusal.value)
