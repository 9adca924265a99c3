"""The commands over a kubectl that answers from a folder: what a cluster says is shown as it is."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from lib.sidecar_record import RUNNING, Run, config_maps

from swarmfile.cli import exit_code

# Selects by labels as the API server does, and deletes.
KUBECTL = """#!/usr/bin/env python3
import json, pathlib, sys

store = pathlib.Path(__file__).parent / "objects.json"
objects = json.loads(store.read_text())
arguments = sys.argv[1:]
if "-l" not in arguments:
    sys.exit(1)


def matches(one, selector):
    labels = one["metadata"]["labels"]
    for wanted in selector.split(","):
        name, _, value = wanted.partition("=")
        if name.startswith("!") == (name.lstrip("!") in labels) or (value and labels.get(name) != value):
            return False
    return True


if arguments[arguments.index("-n") + 1] == "forbidden":
    sys.exit("Unable to connect\\nError from server (Forbidden): configmaps is forbidden")
found = [one for one in objects if matches(one, arguments[arguments.index("-l") + 1])]
if "delete" in arguments:
    store.write_text(json.dumps([one for one in objects if one not in found]))
else:
    print(json.dumps({"items": found}))
"""
FILES = {"verdict.json": b'{"outcome": "PASS"}', "summary.md": b"# PASS", "locust_stats.csv": b"a,b"}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with kubectl and the namespace's objects."""
    program = tmp_path / "kubectl"
    program.write_text(KUBECTL)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    keep(tmp_path)
    return tmp_path


def keep(cluster: Path, *runs: Run, **labels: str) -> None:
    store = cluster / "objects.json"
    objects: list[dict[str, Any]] = json.loads(store.read_text()) if store.exists() else []
    for run in runs:
        parts, head = config_maps(run, FILES, {f"swarmfile.io/{name}": value for name, value in labels.items()})
        objects += [*parts, head]
    store.write_text(json.dumps(objects))


def run_named(name: str, outcome: str = "PASS", at: float | None = None) -> Run:
    return Run(name, "smoke", outcome, at or time.time(), (), 1234, 1, 56.7, 8.9, {"team": "shop"}, "hello")


def kept(cluster: Path) -> set[str]:
    return {each["metadata"]["name"] for each in json.loads((cluster / "objects.json").read_text())}


def test_runs_are_listed_with_the_newest_first(cluster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(cluster, run_named("older", at=1.0), run_named("newer", "FAIL", at=100_000.0))
    assert exit_code(["results"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["run", "type", "time", "(UTC)", "verdict", "requests", "p95", "requests/s", "tags"]
    assert " ".join(lines[1]) == "newer smoke 1970-01-02 03:46 FAIL 1234 57 ms 8.9 team=shop hello"
    assert lines[2][0] == "older"


def test_a_run_without_a_recent_sign_of_life_is_invalid(cluster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(cluster, run_named("lost", RUNNING, at=1.0), run_named("now", RUNNING))
    exit_code(["results"])
    listed = {line.split()[0]: line.split()[4] for line in capsys.readouterr().out.splitlines()[1:]}
    assert listed == {"lost": "INVALID", "now": RUNNING}


def test_only_one_type_is_listed_where_it_is_named(cluster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(cluster, run_named("one"))
    exit_code(["results", "--type", "soak", "-n", "elsewhere"])
    assert capsys.readouterr().out == "there are no recorded runs in namespace elsewhere\n"


def test_the_files_of_a_run_are_written(cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(cluster, run_named("one"))
    assert exit_code(["results", "one", "-o", str(tmp_path / "out")]) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == FILES
    assert capsys.readouterr().out == f"{tmp_path / 'out'}: locust_stats.csv, summary.md, verdict.json\n"


def test_a_run_that_was_cut_short_gets_a_verdict_that_says_so(cluster: Path, tmp_path: Path) -> None:
    keep(cluster, run_named("lost", RUNNING, at=1.0))
    assert exit_code(["results", "lost", "-o", str(tmp_path / "out")]) == 0
    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert (verdict["run"], verdict["outcome"]) == ("lost", "INVALID")
    assert verdict["reasons"][0].startswith("cut short: the run's pod was lost or removed")
    assert "<error" in (tmp_path / "out" / "junit.xml").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["results", "onw"], "swarmfile: onw: there is no such run in namespace testing; did you mean one?"),
        (["results", "-o", "x"], "swarmfile: -o: say which RUN's files to write; swarmfile results lists them"),
        (
            ["results", "-n", "forbidden"],
            "swarmfile: kubectl: Error from server (Forbidden): configmaps is forbidden",
        ),
        (["prune", "--keep", "-1"], "swarmfile: Invalid value for '--keep': -1 is not in the range x>=0."),
    ],
)
def test_a_refusal_is_one_line(
    cluster: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    keep(cluster, run_named("one"))
    assert exit_code(arguments) == 3
    assert capsys.readouterr().err == sentence + "\n"


def test_without_kubectl_the_line_says_where_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert exit_code(["results"]) == 3
    assert capsys.readouterr().err.startswith("swarmfile: kubectl is not on PATH; install it")


def test_parts_that_are_gone_are_named(cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(cluster, run_named("one"))
    store = cluster / "objects.json"
    store.write_text(json.dumps([each for each in json.loads(store.read_text()) if "data" in each]))
    assert exit_code(["results", "one", "-o", str(tmp_path / "out")]) == 3
    assert capsys.readouterr().err == "swarmfile: one: its files are not there any more\n"


def test_prune_deletes_the_oldest_but_no_baseline(cluster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(cluster, *(run_named(f"run{number}", at=float(number)) for number in range(1, 5)))
    keep(cluster, run_named("base", at=0.5), baseline="true")
    before = kept(cluster)
    assert exit_code(["prune", "--keep", "2", "--dry-run"]) == 0
    assert kept(cluster) == before
    assert exit_code(["prune", "--keep", "2"]) == 0
    gone = {"swarmfile-run-run1", "swarmfile-run-run1-01", "swarmfile-run-run2", "swarmfile-run-run2-01"}
    assert kept(cluster) == before - gone
    assert capsys.readouterr().out.splitlines() == [
        "swarmfile-run-run2 would be deleted",
        "swarmfile-run-run1 would be deleted",
        "swarmfile-run-run2 deleted",
        "swarmfile-run-run1 deleted",
    ]
    exit_code(["prune", "--keep", "2"])
    assert capsys.readouterr().out == "nothing to delete\n"
