"""Suites that run side by side: what is shown of them, and the line that adds them up."""

from pathlib import Path

import pytest

from tests import side_by_side
from tests.conftest import SLOW
from tests.side_by_side import matching

TESTS = """
import pytest

def test_holds(): ...

@pytest.mark.slow
def test_takes_long(): ...

@pytest.fixture
def tool():
    pytest.skip("a tool is missing: install it")

def test_lacks_a_tool(tool): ...

def test_lacks_it_too(tool): ...
"""
BROKEN = """
import pytest

@pytest.fixture
def lost():
    raise OSError("lost")

def test_breaks():
    assert 1 == 2

def test_never_begins(lost): ...
"""


@pytest.fixture
def suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two suites, the second of which is empty yet for lack of a file."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow\naddopts = -ra\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text(TESTS)
    (tmp_path / "tests" / "test_two.py").write_text("def test_holds_too(): ...\n")
    monkeypatch.setattr(side_by_side, "ROOT", tmp_path)
    monkeypatch.setattr(side_by_side, "SUITES", {"one": ("tests/test_one.py",), "two": ("tests/test_two*.py",)})
    return tmp_path / "tests"


@pytest.mark.parametrize(
    ("arguments", "closing"),
    [([], "total: 2 passed, 0 failed, 2 skipped"), (["--all"], "total: 3 passed, 0 failed, 2 skipped")],
)
def test_the_last_line_adds_up_what_each_suite_counted(
    suites: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], closing: str
) -> None:
    assert side_by_side.main(arguments) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1] == closing
    # pytest's own closing lines, and why something was skipped, are shown as well.
    assert [line for line in shown if line.startswith("=") and " passed" in line and " in " in line][1:]
    assert [line for line in shown if "missing" in line] == ["SKIPPED [2] a tool is missing: install it"]


def test_what_broke_is_shown_and_counted_in_the_progress_too(
    suites: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (suites / "test_two_broken.py").write_text(BROKEN)
    assert side_by_side.main([]) == 1
    shown = capsys.readouterr().out
    assert shown.endswith("total: 2 passed, 2 failed, 2 skipped\n")
    assert "6 of 6 tests, 2 failed" in shown
    assert "assert 1 == 2" in shown
    assert "OSError: lost" in shown


@pytest.mark.parametrize("path", SLOW)
def test_a_slow_file_exists_and_is_one_that_make_test_all_runs(path: str) -> None:
    assert path in {found for patterns in side_by_side.SUITES.values() for each in patterns for found in matching(each)}
