"""A new repository is complete, or nothing of it is written."""

from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.definition.script import find_libs, find_script
from swarmfile.cli.definition.validation import read_settings, validated
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.main import cli
from swarmfile.cli.project.create import create, write
from swarmfile.cli.project.record import read_record
from swarmfile.cli.project.shipped import installed


def test_a_new_repository_has_the_types_that_were_asked_for_and_each_is_whole(own: Path) -> None:
    clone = Clone(own)
    assert clone.types() == ["load", "smoke"]
    for test_type in clone.types():
        definition = validated(read_definition(clone, test_type, []))
        read_settings(definition)
        assert find_script(definition, None).name == f"{test_type}.py"
        assert set(find_libs(definition, None)) == {"users.py"}


def test_its_record_is_what_lies_there(own: Path) -> None:
    record = read_record(own)
    assert record.version == installed().version
    assert [path for path in record.files if record.is_edited(path, (own / path).read_bytes())] == []


def test_its_readme_has_twenty_lines_and_names_the_types(own: Path) -> None:
    lines = (own / "README.md").read_text().splitlines()
    assert len(lines) <= 20
    assert "Types: `smoke`, `load`. Another one is two files and a script:" in lines


def test_each_command_of_its_readme_is_one_that_the_command_line_takes(own: Path) -> None:
    block = (own / "README.md").read_text().split("```")[1]
    lines = [line.split("#")[0].split() for line in block.splitlines() if line.startswith("swarmfile ")]
    assert [line[1] for line in lines] == ["run", "wait"]
    for _, command, *arguments in lines:
        cli.commands[command].make_context(command, arguments, parent=cli.make_context("swarmfile", [command]))


def test_a_file_that_is_there_keeps_all_from_being_written(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / ".gitignore").write_text("mine")
    with pytest.raises(BadInputError, match=r"\.gitignore and 1 more: this is there already; give a new folder$"):
        create(tmp_path, installed(), ["smoke"], None)
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", ".gitignore"}
    assert (tmp_path / "README.md").read_text() == "mine"


def test_what_is_there_under_another_name_stays(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    create(tmp_path, installed(), ["smoke"], "gitlab")
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / ".gitlab-ci.yml").is_file()


def test_a_repository_inside_of_another_is_refused(own: Path) -> None:
    with pytest.raises(
        BadInputError, match=r"own: this is a repository of tests already; give a folder outside of it$"
    ):
        create(own / "results" / "new", installed(), ["smoke"], None)
    assert not (own / "results").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match=r"file/a: .*; give a folder that can be written$"):
        write(tmp_path / "file", {"a": b""})
