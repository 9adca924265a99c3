"""Which script and which libraries a run gets."""

from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition, read_definition
from swarmfile.cli.definition.script import find_libs, find_script
from swarmfile.cli.errors import BadInputError
from tests.unit.cli.conftest import Write


def smoke(clone: Clone, *sets: str) -> Definition:
    return read_definition(clone, "smoke", sets)


@pytest.mark.parametrize(
    ("sets", "name"),
    [([], "smoke.py"), (["locustfile=stress.py"], "stress.py"), (["locustfile.file=stress.py"], "stress.py")],
)
def test_the_script_is_the_types_unless_the_definition_names_another(clone: Clone, sets: list[str], name: str) -> None:
    assert find_script(smoke(clone, *sets), None).name == name


def test_a_script_within_the_definition_goes_before_a_file(clone: Clone) -> None:
    script = find_script(smoke(clone, "locustfile.inline=x = 1", "locustfile.file=stress.py"), None)
    assert (script.name, script.text) == ("locustfile.py", b"x = 1")


def test_ones_own_script_goes_before_all(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_bytes("# ä\r\n".encode())
    script = find_script(smoke(clone, "locustfile=stress.py"), str(tmp_path / "mine.py"))
    assert (script.name, script.text) == ("mine.py", "# ä\r\n".encode())


def test_ones_own_script_runs_where_it_lies_beside_its_files(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "mine.py").touch()
    assert find_script(smoke(clone), str(tmp_path / "mine.py")).place == tmp_path / "mine.py"
    assert find_script(smoke(clone), None).place is None


@pytest.mark.parametrize(("folder", "beside"), [("a", "lib/users.py"), ("b", "lib.py"), ("c,d", "notes.txt")])
def test_a_script_is_copied_that_cannot_run_in_place(clone: Clone, tmp_path: Path, folder: str, beside: str) -> None:
    other = tmp_path / folder / beside
    other.parent.mkdir(parents=True)
    other.touch()
    script = tmp_path / folder / "mine.py"
    script.touch()
    assert find_script(smoke(clone), str(script)).place is None


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("mine.txt", "", "a script's name ends in .py; rename it"),
        ("lib.py", "", "this name hides the package lib; name the script otherwise"),
        ("swarmfile.py", "", "this name hides the package swarmfile; name the script otherwise"),
        ("mine.py", "x = 1\ndef f(:\n", "line 2: invalid syntax; correct the script"),
        ("mine.py", "x = '\0'", ".*null bytes; correct the script"),
    ],
)
def test_a_script_that_cannot_run_is_refused_before_anything_starts(
    clone: Clone, tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInputError, match=rf"/{name}: {sentence}$"):
        find_script(smoke(clone), str(tmp_path / name))


def test_a_script_that_is_not_there_is_named(clone: Clone) -> None:
    with pytest.raises(BadInputError, match=r"^gone\.py: there is no such file; give --locustfile the path"):
        find_script(smoke(clone), "gone.py")
    with pytest.raises(
        BadInputError, match=r"^--set: locustfile: there is no script smoek\.py; write one of smoke\.py"
    ):
        find_script(smoke(clone, "locustfile=smoek.py"), None)


def test_own_libraries_stand_beside_the_charts(clone: Clone, write: Write, tmp_path: Path) -> None:
    (tmp_path / "libs").mkdir()
    (tmp_path / "libs" / "helpers.py").write_text("x = 1")
    libs = find_libs(smoke(clone, r"libs.files.inline\.py=y = 2"), str(tmp_path / "libs"))
    assert {name: libs[name] for name in ("helpers.py", "inline.py")} == {"helpers.py": b"x = 1", "inline.py": b"y = 2"}
    assert "users.py" in libs


@pytest.mark.parametrize("name", ["settings.py", "values.py", "users.py"])
def test_no_name_in_lib_is_taken(clone: Clone, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x = 1")
    assert find_libs(smoke(clone), str(tmp_path))[name] == b"x = 1"


def test_a_library_that_cannot_be_compiled_or_found_is_refused(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def")
    with pytest.raises(BadInputError, match=r"/broken\.py: line 1: "):
        find_libs(smoke(clone), str(tmp_path))
    with pytest.raises(BadInputError, match=r"/gone: there is no such folder; give --libs the folder"):
        find_libs(smoke(clone), str(tmp_path / "gone"))
