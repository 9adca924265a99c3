"""The chart alone, mode job: one run, a verdict in the log, and what an upgrade does."""

import json
import re
from pathlib import Path

import pytest

from tests.cluster.cluster import CHART, PATIENCE, Namespace, restarts, run
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
    "change", ["runId=again", "loadTest.profile=load", "locustfile.file=stress.py", "testData.inline=x"]
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


def test_workers_run_the_load_and_wait_quietly_when_it_is_over(namespace: Namespace, target: str) -> None:
    namespace.install("many", short(target), "--set", "workers.replicas=2")
    assert "swarmfile: verdict PASS" in namespace.ended("many")
    workers = namespace.pods("many", "worker")
    assert [(one["status"]["phase"], restarts(one)) for one in workers] == [("Running", 0)] * 2
    namespace.helm("uninstall", "many", "--wait", "--timeout=1m")


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
