"""git itself says what would be lost, and merges."""

from pathlib import Path

import pytest

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.project.git import merged_text, uncommitted
from tests.unit.cli.project.conftest import Git

BASE = "a: 1\n\n\n\nb: 1\n"


def test_outside_of_a_git_repository_nothing_is_known(tmp_path: Path) -> None:
    assert uncommitted(tmp_path, (".",)) is None


def test_without_git_nothing_is_known(own: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert uncommitted(own, (".",)) is None


def test_edited_new_and_removed_files_are_uncommitted_but_not_those_elsewhere(own: Path, git: Git) -> None:
    assert uncommitted(own, (".",)) == []
    (own / "locust-tests" / "new").write_text("")
    (own / "helmfile.yaml.gotmpl").write_text("")
    (own / "helm-default-values" / "test.yml").unlink()
    (own / "README.md").write_text("")
    git("add", "locust-tests/new")
    expected = ["helm-default-values/test.yml", "helmfile.yaml.gotmpl", "locust-tests/new"]
    assert uncommitted(own, ("helmfile.yaml.gotmpl", "helm-default-values", "locust-tests")) == expected


def test_paths_are_those_of_a_folder_below_gits_root(own: Path, git: Git) -> None:
    (own / "config" / "smoke" / "test.yml").write_text("mode: job\n")
    assert uncommitted(own / "config", ("smoke",)) == ["smoke/test.yml"]


def test_edits_of_different_lines_are_merged() -> None:
    assert merged_text("x", b"a: 2\n\n\n\nb: 1\n", BASE, b"a: 1\n\n\n\nb: 3\n") == b"a: 2\n\n\n\nb: 3\n"


def test_edits_of_the_same_lines_are_refused() -> None:
    with pytest.raises(BadInputError, match=r"^x: lines that you edited were changed by the new version, too; move"):
        merged_text("x", b"a: 2\n\n\n\nb: 1\n", BASE, b"a: 3\n\n\n\nb: 1\n")


def test_without_git_nothing_can_be_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(
        BadInputError, match=r"^x: it was edited here and by the new version; install git to merge both$"
    ):
        merged_text("x", b"1", "2", b"3")
