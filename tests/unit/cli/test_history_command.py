"""`swarmfile history`: each run a line, the oldest first, from a folder or a cluster."""

import os
from pathlib import Path

import pytest

from swarmfile.cli import history_command
from swarmfile.cli.main import exit_code
from tests.unit.cli.compare.folders import write_run
from tests.unit.cli.compare.test_changes import needs_otava, nights
from tests.unit.cli.records_folder import keep, run_named


def totals(p95: float) -> dict[str, object]:
    return {"requests": 1800, "failures": 0, "percentiles_ms": {"p95": p95}, "requests_per_s": 30.0}


def test_the_runs_of_a_folder_are_listed_old_ones_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for age, name in enumerate(("load-new", "load-old")):
        folder = write_run(tmp_path, name, None)
        os.utime(folder / "verdict.json", (10_000 - age, 10_000 - age))
    write_run(tmp_path, "smoke-1", None, test_type="smoke")
    (tmp_path / "load-running").mkdir()
    assert exit_code(["history", "load", "--results", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["load-old", "load-new"]
    assert lines[3] == "p95: ▄▄"


def test_the_runs_of_a_namespace_are_listed(namespace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(namespace, run_named("one"), run_named("two"))
    assert exit_code(["history", run_named("one").type]) == 0
    assert {"one", "two"} <= {line.split()[0] for line in capsys.readouterr().out.splitlines()}


def test_without_the_extra_it_says_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_command, "is_installed", lambda: False)
    write_run(tmp_path, "load-1", None)
    assert exit_code(["history", "load", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith('change points need Apache Otava: pip install "swarmfile[history]"\n')


@needs_otava
def test_a_jump_is_named_with_its_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for night, p95 in enumerate(nights(1, 0.15)):
        folder = write_run(tmp_path, f"load-{night:02}", None, totals=totals(p95))
        os.utime(folder / "verdict.json", (86_400 * night, 86_400 * night))
    # One that says nothing must not look like a change.
    write_run(tmp_path, "load-invalid", None, outcome="INVALID", totals=totals(9999.0))
    assert exit_code(["history", "load", "--results", str(tmp_path)]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if "changed by" in line]
    assert "with load-40 of 1970-02-10 00:00 UTC" in line


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ("", "load: there are no runs of it in "),
        ("none", "none: is no folder; give the one that holds the runs' folders"),
    ],
)
def test_nothing_to_list_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], results: str, said: str) -> None:
    assert exit_code(["history", "load", "--results", str(tmp_path / results)]) == 3
    assert said in capsys.readouterr().err
