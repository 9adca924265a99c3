"""`swarmfile upgrade` shows first, asks, and says what is left to do."""

from pathlib import Path

import pytest

from swarmfile.cli import upgrade_command
from swarmfile.cli.main import exit_code
from swarmfile.cli.project.record import read_record
from swarmfile.cli.project.renamed import Renamed
from swarmfile.cli.project.shipped import Shipped, installed
from tests.unit.cli.project.conftest import Git, committed, git, later, own

__all__ = ["committed", "git", "later", "own"]


@pytest.fixture(autouse=True)
def version_9_is_installed(git: Git, own: Path, later: Shipped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade_command, "installed", lambda: later)
    monkeypatch.chdir(own / "config")


def test_check_shows_the_diff_writes_nothing_and_ends_with_1(
    git: Git, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["upgrade", "--check"]) == 1
    assert "+mode: job" in capsys.readouterr().out.splitlines()
    assert git("status", "--porcelain") == ""
    assert exit_code(["upgrade", "--yes"]) == 0
    git("add", "--all")
    git("commit", "--message", "Upgrade")
    assert exit_code(["upgrade", "--check"]) == 0


def test_without_a_terminal_nobody_can_be_asked(git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["upgrade"]) == 3
    assert capsys.readouterr().err == (
        "swarmfile: --yes is missing: without a terminal nobody can be asked; nothing was written\n"
    )
    assert git("status", "--porcelain") == ""


@pytest.mark.parametrize(("answer", "code", "version"), [("y", 0, "9.0.0"), ("n", 3, installed().version)])
def test_it_asks_before_it_writes(
    own: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, version: str
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer)
    assert exit_code(["upgrade"]) == code
    assert read_record(own).version == version


def test_afterwards_each_key_that_was_renamed_is_a_line(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = Renamed("9.0.0", "test", "assertions.p95", "assertions.p95ThresholdMs")
    monkeypatch.setattr(upgrade_command, "RENAMED", (renamed,))
    (own / "config" / "smoke" / "test.yml").write_text("assertions: {p95: 800}\n")
    assert exit_code(["upgrade", "--yes"]) == 0
    written, line = capsys.readouterr().out.splitlines()[-2:]
    assert written == f"{own}: {installed().version} to 9.0.0, 5 files written"
    assert line == "config/smoke/test.yml: assertions.p95 is assertions.p95ThresholdMs since 9.0.0; rename it"


def test_afterwards_what_the_chart_refuses_is_a_line(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "config" / "smoke" / "test.yml").write_text("colour: red\n")
    assert exit_code(["upgrade", "--yes"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("config/smoke/test.yml: colour: this key is unknown")


def test_a_clone_is_upgraded_by_git(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(Path(__file__).parent)
    assert exit_code(["upgrade", "--check"]) == 3
    assert "upgrade a clone by git" in capsys.readouterr().err
