import os
from pathlib import Path

import pytest
from lib.sidecar_folder import files_of, fingerprint, has_ended, runs_in


def test_runs_are_folders_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden", "a\x1b[2J", "my folder"):
        (tmp_path / name).mkdir()
    (tmp_path / ".started-abc.json").write_text("{}")
    assert [folder.name for folder in runs_in(tmp_path)] == ["a", "b"]
    assert list(runs_in(tmp_path / "missing")) == []


@pytest.mark.parametrize("missing", ["verdict.json", "junit.xml", "summary.md", ""])
def test_a_run_has_ended_once_the_last_files_are_there(tmp_path: Path, missing: str) -> None:
    for name in {"verdict.json", "junit.xml", "summary.md"} - {missing}:
        (tmp_path / name).touch()
    assert has_ended(tmp_path) is not bool(missing)


def test_files_in_writing_are_not_whole(tmp_path: Path) -> None:
    (tmp_path / ".verdict.json.part").write_text("{")
    (tmp_path / "locust_stats.csv").write_text("a")
    (tmp_path / "folder").mkdir()
    assert files_of(tmp_path) == {"locust_stats.csv": b"a"}


def test_a_fingerprint_changes_with_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    os.utime(tmp_path / "a", (1, 1))
    assert fingerprint(tmp_path) != before
