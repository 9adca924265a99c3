"""What `make demo` runs and says; tests/local/test_show.py really runs it."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from demo import show


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The report that was written last, beside another one."""
    for name in ("spike-1", "spike-2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").write_text(name)
    os.utime(tmp_path / "spike-2" / "report.html", (0, 0))
    return tmp_path / "spike-1" / "report.html"


@pytest.mark.parametrize(("ended", "code"), [(0, 0), (1, 0), (2, 2)])
def test_the_verdict_fail_is_what_the_demo_is_for(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ended: int, code: int
) -> None:
    asked: list[Sequence[str]] = []

    def note(arguments: Sequence[str]) -> int:
        asked.append(arguments)
        return ended

    monkeypatch.setattr(show, "exit_code", note)
    results = f"--results={report.parents[1]}"
    assert show.main([results]) == code
    assert asked[0][:2] == ["run", "spike"]
    assert asked[0][-1] == results
    shown = capsys.readouterr().out
    assert ("FAIL is right" in shown) is (ended == 1)
    assert f"\n  {report}\n" in shown


def test_bad_input_has_no_report(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(show, "exit_code", lambda _: 3)
    assert show.main(["--users=none"]) == 3
    assert "report" not in capsys.readouterr().out
