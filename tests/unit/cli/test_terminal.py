import pytest
from rich.table import Table

from swarmfile.cli.local.live import shown
from swarmfile.cli.terminal import Shown, console

HOSTILE = "[/x] [red] :smile: \x1b]52;c;eA==\x9b2J\u202e"
SHOWN = r"[/x] [red] :smile: \x1b]52;c;eA==\x9b2J\u202e"


def test_a_text_is_neither_markup_nor_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("a", box=None)
    table.add_row(HOSTILE)
    console().print(HOSTILE, soft_wrap=True)
    console().print(table)
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == [SHOWN, "a", SHOWN]


def test_a_terminal_is_still_told_what_we_tell_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    screen = console()
    with shown(screen):
        screen.print(Shown(HOSTILE), style="bold")
    said = capsys.readouterr().out
    assert SHOWN in said
    assert "\x1b[1m" in said
    assert "\x1b]52" not in said


def test_where_nobody_says_how_wide_it_is_no_line_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    console(150).print("x" * 140)
    assert len(capsys.readouterr().out.splitlines()) == 1
