"""`swarmfile baseline`: marks in folders and on a cluster."""

from pathlib import Path

import pytest

from swarmfile.cli.main import exit_code
from swarmfile.results.baselines import marked
from tests.unit.cli.compare.folders import write_run
from tests.unit.cli.records_folder import keep, run_named


def test_a_run_of_a_folder_is_marked_and_unmarked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_run(tmp_path, "load-1", None)
    assert exit_code(["baseline", "set", str(folder)]) == 0
    assert marked(tmp_path) == {"load-1"}
    assert exit_code(["baseline", "show", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "load-1"
    assert exit_code(["baseline", "unset", str(folder)]) == 0
    assert exit_code(["baseline", "show", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "no run is marked"


def test_only_a_run_that_passed_is_marked(tmp_path: Path, namespace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_run(tmp_path, "load-1", None, outcome="FAIL")
    assert exit_code(["baseline", "set", str(folder)]) == 3
    keep(namespace, run_named("lost", "INVALID"))
    assert exit_code(["baseline", "set", "lost"]) == 3
    assert capsys.readouterr().err.splitlines() == [
        "swarmfile: load-1: FAIL is no baseline: mark a run with PASS",
        "swarmfile: lost: INVALID is no baseline: mark a run with PASS",
    ]


def test_marked_runs_of_a_namespace_are_listed(namespace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(namespace, run_named("one"))
    keep(namespace, run_named("two"), baseline="true")
    assert exit_code(["baseline", "show"]) == 0
    assert capsys.readouterr().out == "two\n"
