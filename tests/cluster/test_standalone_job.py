"""The chart alone, mode job: one run, a verdict in the log, and what an upgrade does."""

import json
import re
import sys
from pathlib import Path

import pytest

from tests.cluster.cluster import CHART, PATIENCE, Manifest, Namespace, restarts, run
from tests.cluster.conftest import received

SHORT = {
    **PATIENCE,
    "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
    "workers": {"resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}},
}


def short(host: str, **load: object) -> dict[str, object]:
    return SHORT | {"loadTest": {"host": host, "users": 5, "spawnRate": 5, "runTime": "5s"} | load}


@pytest.fixture(scope="module")
def first(namespace: Namespace, target: str) -> str:
    """The log of a finished run of the release `first`."""
    namespace.install("first", short(target))
    return namespace.ended("first")


def test_a_smoke_test_runs_as_a_job_and_ends_in_a_verdict(namespace: Namespace, first: str) -> None:
    assert re.search(r"swarmfile: verdict PASS smoke-\d{8}-\d{6}-[0-9a-f]{4}", first), first
    assert namespace.job("first")["status"]["succeeded"] == 1


def test_the_notes_commands_work_when_pasted(namespace: Namespace, first: str, tmp_path: Path) -> None:
    follow, wait, _, runs, fetch = namespace.notes("first")
    log = run("bash", "-c", follow)
    assert "swarmfile: verdict PASS" in log
    assert "condition met" in run("bash", "-c", wait)
    name = log.split("swarmfile: verdict PASS ")[1].split()[0]
    assert name in run("bash", "-c", runs)
    run("bash", "-c", fetch.replace("RUN", name, 1).replace("FOLDER", str(tmp_path)))
    assert json.loads((tmp_path / "verdict.json").read_text())["outcome"] == "PASS"


def test_the_load_arrives_at_the_target(namespace: Namespace, first: str) -> None:
    aggregated = re.search(r"^\s+Aggregated\s+(\d+)\s+0\(", first, re.MULTILINE)
    assert aggregated, first
    counted = received(namespace)["total"]
    # Other releases of this module may have asked as well; what this one reported must have arrived.
    assert counted >= int(aggregated[1]) > 0


def test_an_upgrade_that_changes_nothing_runs_nothing(namespace: Namespace, target: str, first: str) -> None:
    before = namespace.job("first")
    namespace.install("first", short(target))
    assert namespace.job("first")["metadata"]["uid"] == before["metadata"]["uid"]


@pytest.mark.parametrize(
    "change", ["runId=again", "loadTest.users=6", "locustfile.file=stress.py", "testData.inline=x"]
)
def test_an_upgrade_with_another_definition_starts_another_job(namespace: Namespace, first: str, change: str) -> None:
    before = namespace.job("first")
    namespace.helm("upgrade", "first", str(CHART), "--reuse-values", "--set", change)
    assert namespace.job("first")["metadata"]["uid"] != before["metadata"]["uid"]


def test_two_releases_run_side_by_side(namespace: Namespace, target: str) -> None:
    for release in ("left", "right"):
        namespace.install(release, short(target))
    for release in ("left", "right"):
        assert "swarmfile: verdict PASS" in namespace.ended(release)
    namespace.helm("uninstall", "left")
    assert namespace.job("right")["status"]["succeeded"] == 1


def test_workers_run_the_load_and_end_with_it(namespace: Namespace, target: str) -> None:
    namespace.install("many", short(target), "--set", "workers.replicas=2")
    assert "swarmfile: verdict PASS" in namespace.ended("many")
    namespace.until(lambda: namespace.job("many", "worker")["status"].get("succeeded") == 2, "end of the workers")
    workers = namespace.pods("many", "worker")
    assert [(one["status"]["phase"], restarts(one)) for one in workers] == [("Succeeded", 0)] * 2
    namespace.helm("uninstall", "many", "--wait", "--timeout=1m")


def test_a_worker_that_is_deleted_during_the_run_is_replaced(namespace: Namespace, target: str) -> None:
    values = short(target) | {"loadTest": {"host": target, "users": 4, "spawnRate": 4, "runTime": "10m"}}
    namespace.install("replaced", values, "--set", "workers.replicas=2")
    first = namespace.until(lambda: running(namespace.pods("replaced", "worker"), 2), "two workers")
    # Locust connects before it answers signals as it should.
    namespace.until(lambda: "users" in namespace.log("replaced"), "users")
    gone = first.pop()
    namespace.kubectl("delete", "pod", gone)
    names = namespace.until(lambda: running(namespace.pods("replaced", "worker"), 2), "two workers again")
    assert gone not in names
    namespace.helm("uninstall", "replaced", "--wait", "--timeout=2m")


def running(pods: list[Manifest], number: int) -> set[str] | None:
    """Returns the pods' names once so many run, none of them on its way out."""
    there = [one for one in pods if "deletionTimestamp" not in one["metadata"]]
    names = {one["metadata"]["name"] for one in there if one["status"]["phase"] == "Running"}
    return names if len(names) == number else None


DATA = {"testData": {"files": {"small.jsonl": "1", "large.jsonl": "2"}, "selectedFile": "small.jsonl"}}


def run_of(log: str) -> str:
    verdicts = re.findall(r"swarmfile: verdict PASS (\S+)", log)
    assert verdicts, log
    return str(verdicts[-1])


def answer(namespace: Namespace, release: str) -> str:
    """Returns what swarmfile wait says, which must be PASS."""
    return run(sys.executable, "-m", "swarmfile", "wait", "-n", namespace.name, "--release", release)


def test_each_job_is_a_run_and_wait_answers_with_no_older_one(namespace: Namespace, target: str) -> None:
    namespace.install("data", short(target) | DATA)
    runs = [run_of(namespace.ended("data"))]
    assert runs[0] in answer(namespace, "data")
    # Back to the first definition as well: its Job is gone, and whoever applies it again wants it to run.
    for change in ("testData.selectedFile=large.jsonl", "resources.limits.memory=2Gi", "resources.limits.memory=1Gi"):
        namespace.helm("upgrade", "data", str(CHART), "--reuse-values", "--set", change)
        said = answer(namespace, "data")
        log = namespace.ended("data")
        assert "not starting it again" not in log
        assert run_of(log) not in runs
        assert f"PASS {run_of(log)}" in said
        runs.append(run_of(log))


def test_a_pod_that_is_made_again_by_its_job_runs_nothing_and_ends_as_its_run(
    namespace: Namespace, target: str
) -> None:
    values = short(target) | {"loadTest": {"host": target, "users": 2, "spawnRate": 2, "runTime": "10m"}}
    namespace.install("again", values, "--set", "job.backoffLimit=1")
    namespace.until(lambda: "Ramping to 2 users" in namespace.log("again"), "a run")
    label = namespace.until(
        lambda: namespace.kubectl("get", "cm", "-l", "swarmfile.io/verdict=running", "-o", "name"), "a snapshot"
    )
    assert label
    (pod,) = namespace.pods("again", "master")
    namespace.kubectl("delete", "pod", pod["metadata"]["name"])
    log = namespace.ended("again")
    assert "swarmfile: this pod ran nothing: it ends as run" in log
    assert namespace.job("again")["status"]["failed"] >= 1
    assert "INVALID" in run(
        sys.executable, "-m", "swarmfile", "wait", "-n", namespace.name, "--release", "again", check=False
    )


BROKEN = [
    ("syntax", "from locust import HttpUser\ndef broken(:\n", "smoke.py: line 2"),
    ("users", "from locust import task\n", "smoke.py has no User class"),
    ("import", "import not_installed\n", "not_installed"),
]


@pytest.mark.parametrize(("name", "script", "reason"), BROKEN, ids=[name for name, *_ in BROKEN])
def test_a_script_that_cannot_run_is_one_line_and_invalid(
    namespace: Namespace, target: str, name: str, script: str, reason: str
) -> None:
    namespace.install(name, short(target) | {"locustfile": {"inline": script}})
    log = namespace.ended(name)
    assert "swarmfile: verdict INVALID" in log
    assert reason in next(line for line in log.splitlines() if "swarmfile: reason:" in line)
    assert "Traceback" not in log
    assert namespace.job(name)["status"]["failed"] == 1


def test_a_broken_assertion_fails_the_job_only_where_that_is_wanted(namespace: Namespace, target: str) -> None:
    broken = short(f"{target}/not-there") | {"assertions": {"p95ThresholdMs": 60000, "errorRateThreshold": 0}}
    for release, wanted in (("kind", "false"), ("strict", "true")):
        namespace.install(release, broken, "--set", f"assertions.failJob={wanted}")
    for release, state in (("kind", "succeeded"), ("strict", "failed")):
        assert "swarmfile: verdict FAIL" in namespace.ended(release)
        assert namespace.job(release)["status"][state] == 1
