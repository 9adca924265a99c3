"""Runs as a cluster keeps them, by a kubectl that answers from a folder."""

import json
import time
from pathlib import Path

import pytest

from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.cluster.records import found, listed, prune, write_files
from swarmfile.cli.errors import BadInputError
from swarmfile.sidecar.record import RUNNING, read_head
from tests.unit.cli.records_folder import FILES, keep, kept, run_named

KUBECTL = Kubectl("testing")


def test_the_newest_run_comes_first(namespace: Path) -> None:
    keep(namespace, run_named("older", at=1.0), run_named("newest", at=3.0), run_named("newer", at=2.0))
    assert [run.run for run in listed(KUBECTL)[0]] == ["newest", "newer", "older"]


def test_what_is_no_record_is_left_out(namespace: Path) -> None:
    keep(namespace, run_named("one"))
    store = namespace / "objects.json"
    strange = {"metadata": {"name": "strange", "labels": {"swarmfile.io/run": "strange"}}, "data": {"run.json": "{"}}
    store.write_text(json.dumps([*json.loads(store.read_text()), strange]))
    assert [run.run for run in listed(KUBECTL)[0]] == ["one"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], "onw: there are no recorded runs in namespace testing; give another with -n"),
        (["one", "two"], "onw: there is no such run in namespace testing; did you mean one?"),
    ],
)
def test_a_run_that_is_not_there_is_answered_with_those_that_are(
    namespace: Path, names: list[str], sentence: str
) -> None:
    keep(namespace, *map(run_named, names))
    with pytest.raises(BadInputError) as refused:
        found(KUBECTL, "onw")
    assert str(refused.value) == sentence


def test_a_run_is_found_by_its_name(namespace: Path) -> None:
    keep(namespace, run_named("one", at=1.0), run_named("two", "FAIL", at=2.0))
    assert [found(KUBECTL, name).outcome for name in ("one", "two")] == ["PASS", "FAIL"]


@pytest.mark.parametrize(
    ("outcome", "age_s", "more"),
    [("PASS", 1e6, set()), (RUNNING, 1, set()), (RUNNING, 1e6, {"junit.xml", "verdict.json", "summary.md"})],
    ids=["ended", "goes on", "cut short"],
)
def test_a_run_that_was_cut_short_gets_the_verdict_that_nobody_wrote(
    namespace: Path, tmp_path: Path, outcome: str, age_s: float, more: set[str]
) -> None:
    now = time.time()
    run = run_named("one", outcome, at=now - age_s)
    keep(namespace, run)
    assert set(write_files(KUBECTL, run, tmp_path / "out", now)) == FILES.keys() | more
    assert (b"INVALID" in (tmp_path / "out" / "verdict.json").read_bytes()) == bool(more)
    known = f"{run.requests} requests and {run.failures} failures are known; what came later is not."
    assert (known in (tmp_path / "out" / "summary.md").read_text()) == bool(more)


@pytest.mark.parametrize(("dry_run", "left"), [(True, {"base", "run1", "run2", "run3"}), (False, {"base", "run3"})])
def test_all_but_the_newest_and_the_baseline_are_deleted(namespace: Path, dry_run: bool, left: set[str]) -> None:
    keep(namespace, *(run_named(f"run{number}", at=float(number)) for number in (1, 2, 3)))
    keep(namespace, run_named("base", at=0.5), baseline="true")
    assert prune(KUBECTL, 1, time.time(), dry_run) == ["swarmfile-run-run2", "swarmfile-run-run1"]
    heads = [each for each in json.loads((namespace / "objects.json").read_text()) if "data" in each]
    assert {read_head(head).run for head in heads} == left
    assert kept(namespace) == {f"swarmfile-run-{name}{part}" for name in left for part in ("", "-01")}
