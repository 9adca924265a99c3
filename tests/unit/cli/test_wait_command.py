"""`swarmfile wait` as a command: what it refuses, and the files that it leaves for CI."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.cluster_folder import PASS, STATE, WITHOUT_NODE, Cluster, Said, keep, pod, workload

REFUSED: list[tuple[dict[str, str], tuple[str, ...], str]] = [
    (
        {"namespace": 'Error from server (NotFound): namespaces "shop" not found'},
        ("-n", "shop"),
        "namespace shop does not exist: apply a test there first, or give another with -n",
    ),
    (
        {"namespace": "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?"},
        (),
        "kubectl: The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
    ),
    (
        {"sight": "Error from server (Forbidden): jobs.batch is forbidden"},
        (),
        "kubectl: Error from server (Forbidden): jobs.batch is forbidden",
    ),
    (
        {},
        ("--pending-timeout=0",),
        "no test is installed in namespace testing: apply it first, or give another with -n; --run RUN finds a run "
        "that is kept",
    ),
    ({}, ("--run", "x"), "x: there are no recorded runs in namespace testing; give another with -n"),
    (
        {},
        ("--timeout", "soon"),
        "Invalid value for '--timeout': 'soon' is not a duration; write for example 90, 2m or 1h30m",
    ),
]


@pytest.mark.parametrize(("errors", "arguments", "line"), REFUSED, ids=range(len(REFUSED)))
def test_where_there_is_nothing_to_wait_for_it_says_so_in_one_line(
    cluster: Cluster, waited: Said, errors: dict[str, str], arguments: tuple[str, ...], line: str
) -> None:
    for question, message in errors.items():
        cluster.fail(question, message)
    code, said = waited(*arguments)
    assert code == 3
    assert said.splitlines()[-1] == f"swarmfile: {line}"


def test_without_kubectl_it_says_so(cluster: Cluster, waited: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    code, said = waited()
    assert (code, said.count("\n")) == (3, 1)
    assert "kubectl is not on PATH" in said


def test_who_may_not_see_namespaces_has_one_all_the_same(cluster: Cluster, waited: Said) -> None:
    cluster.fail("namespace", 'Error from server (Forbidden): namespaces "testing" is forbidden')
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE)
    assert waited()[0] == 0


def test_the_files_of_the_run_are_written(cluster: Cluster, waited: Said, tmp_path: Path) -> None:
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE)
    keep(cluster, "PASS")
    folder = tmp_path / "out"
    code, said = waited("-o", str(folder))
    assert (code, (folder / "locust_stats.csv").read_text()) == (0, "a,b")
    assert f"{folder}: locust_stats.csv" in said


def test_a_record_that_says_another_verdict_makes_it_invalid(cluster: Cluster, waited: Said, tmp_path: Path) -> None:
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE)
    keep(cluster, "FAIL")
    folder = tmp_path / "out"
    code, said = waited("-o", str(folder))
    verdict = json.loads((folder / "verdict.json").read_text())
    assert code == verdict["exitCode"] == 2
    assert verdict["outcome"] == "INVALID"
    assert "two verdicts: the test says PASS, its record says FAIL" in said
    assert "two verdicts" in (folder / "junit.xml").read_text()


def test_it_is_said_without_a_wish_for_files_too(cluster: Cluster, waited: Said) -> None:
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE)
    keep(cluster, "FAIL")
    code, said = waited()
    assert code == 2
    assert "two verdicts: the test says PASS, its record says FAIL" in said


def test_files_that_cannot_be_had_do_not_change_the_verdict(cluster: Cluster, waited: Said, tmp_path: Path) -> None:
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE | {"verdict": PASS | {"outcome": "FAIL", "exitCode": 1}})
    keep(cluster, "FAIL")
    cluster.answer("parts", {"items": []})
    folder = tmp_path / "out"
    code, said = waited("-o", str(folder))
    assert code == 1
    assert "its files are not there any more" in said
    assert json.loads((folder / "verdict.json").read_text())["outcome"] == "FAIL"


def test_a_test_that_never_ran_leaves_a_report_for_ci_too(cluster: Cluster, waited: Said, tmp_path: Path) -> None:
    cluster.shows(workload(), pod(**WITHOUT_NODE))
    folder = tmp_path / "out"
    assert waited("--pending-timeout=0", "-o", str(folder))[0] == 2
    assert {path.name for path in folder.iterdir()} == {"junit.xml", "summary.md", "verdict.json"}
    verdict: dict[str, Any] = json.loads((folder / "verdict.json").read_text())
    assert "cannot be scheduled" in verdict["reasons"][0]
