"""Which files are a test's own."""

from pathlib import Path

import pytest

from swarmfile.run.scripts import PACKAGE, PLUGIN, libraries, package_files, scripts, without_ours


def test_a_script_may_be_called_as_our_plugin_is(tmp_path: Path) -> None:
    assert without_ours([str(PACKAGE / PLUGIN), str(tmp_path / PLUGIN)]) == [tmp_path / PLUGIN]


def test_the_command_line_names_the_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["locust", "-f", f"{PACKAGE / PLUGIN},mine.py"])
    assert scripts() == [Path("mine.py")]


def test_libraries_lie_beside_scripts(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "helpers.py").touch()
    (tmp_path / "lib" / "notes.txt").touch()
    assert libraries([tmp_path / "a.py", tmp_path / "b.py"]) == [tmp_path / "lib" / "helpers.py"]


def test_libraries_lie_in_the_folder_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "helpers.py").touch()
    monkeypatch.chdir(tmp_path)
    assert libraries([Path("/elsewhere/a.py")]) == [tmp_path / "lib" / "helpers.py"]


def test_the_command_line_is_no_part_of_a_run() -> None:
    rooms = {path.relative_to(PACKAGE).parts[0] for path in package_files()}
    assert {"plugin.py", "http", "judge"} <= rooms
    assert "cli" not in rooms
