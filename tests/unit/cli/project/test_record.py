"""The record notices an edit, and says in a line where it is missing or broken."""

from pathlib import Path

import pytest

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.project.record import RECORD, other_version, read_record, record_of

OURS = {"helm-default-values/test.yml": b"mode: job\n", "helmfile.yaml.gotmpl": b"x"}


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = record_of("1.2.3", OURS)
    (tmp_path / "locust-tests").mkdir()
    (tmp_path / RECORD).write_bytes(record.as_bytes())
    assert read_record(tmp_path) == record
    assert record.base == {"helm-default-values/test.yml": "mode: job\n"}


@pytest.mark.parametrize(
    ("path", "content", "edited"),
    [
        ("helmfile.yaml.gotmpl", b"x", False),
        ("helmfile.yaml.gotmpl", b"y", True),
        ("helmfile.yaml.gotmpl", None, False),
        ("another", b"y", False),
    ],
)
def test_an_edit_is_another_content_of_a_file_that_was_written(path: str, content: bytes | None, edited: bool) -> None:
    assert record_of("1.2.3", OURS).is_edited(path, content) is edited


def test_another_version_than_the_installed_one_is_a_line(tmp_path: Path) -> None:
    assert other_version(tmp_path, "1.2.4") is None
    (tmp_path / "locust-tests").mkdir()
    (tmp_path / RECORD).write_bytes(record_of("1.2.3", OURS).as_bytes())
    assert other_version(tmp_path, "1.2.3") is None
    assert other_version(tmp_path, "1.2.4") == (
        "pods run version 1.2.3, this machine 1.2.4: pip install swarmfile==1.2.3, or swarmfile upgrade"
    )


def test_without_a_record_this_is_a_clone(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is missing: swarmfile init did not write this repository"):
        read_record(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"version": "1"}', '{"version": "1", "files": 5, "base": {}}'])
def test_a_broken_record_says_how_to_restore_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "locust-tests").mkdir()
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(BadInputError, match=f"^{RECORD} cannot be read; restore it: git checkout -- {RECORD}$"):
        read_record(tmp_path)
