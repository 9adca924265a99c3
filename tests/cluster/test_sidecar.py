"""What is left of a run when its pods are gone: records that kubectl alone can read, and a marker for a successor."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from swarmfile.sidecar.record import RecordedRun, config_maps, read_head
from tests.cluster.cluster import PATIENCE, ROOT, Manifest, Namespace, run
from tests.cluster.conftest import received
from tests.results_folder import RUN_FILES

HEADS = "swarmfile.io/run,!swarmfile.io/part"


def short(host: str, load: Mapping[str, object] | None = None, **values: object) -> dict[str, object]:
    """Values of a run of five seconds on a busy machine."""
    load = {"host": host, "users": 2, "spawnRate": 2, "runTime": "5s", **(load or {})}
    small = {"resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}
    return {**PATIENCE, **small, "locustfile": "smoke.py", **values, "loadTest": load}


def heads(namespace: Namespace, test_type: str = "smoke") -> list[Manifest]:
    return namespace.get("configmaps", f"{HEADS},swarmfile.io/type={test_type}")


def record(namespace: Namespace, test_type: str) -> RecordedRun:
    """The only run of a type. Each test has a type of its own, so that they share a namespace."""
    (only,) = heads(namespace, test_type)
    return read_head(only)


def until_recorded(namespace: Namespace, test_type: str, *outcomes: str) -> RecordedRun:
    def found() -> RecordedRun | None:
        runs = [read_head(head) for head in heads(namespace, test_type)]
        return next((run for run in runs if run.outcome in outcomes), None)

    return namespace.until(found, f"record {' or '.join(outcomes)} of {test_type}", 180)


def by_kubectl_alone(namespace: Namespace, run: str, folder: Path) -> set[str]:
    """Runs the line that docs/results.md gives to those who have no swarmfile."""
    (line,) = [
        line
        for line in (ROOT / "docs" / "results.md").read_text().splitlines()
        if line.startswith("kubectl get configmaps")
    ]
    for placeholder, value in {"-n testing": f"-n {namespace.name}", "=RUN": f"={run}", "FOLDER": str(folder)}.items():
        assert placeholder in line
        line = line.replace(placeholder, value)
    subprocess.run(["bash", "-o", "pipefail", "-c", line], check=True)
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def finished(namespace: Namespace, target: str) -> RecordedRun:
    """A Job that ran to its end, and whose release is gone."""
    namespace.install("done", short(target, type="smoke"))
    namespace.ended("done")
    run = until_recorded(namespace, "smoke", "PASS", "INVALID")
    namespace.helm("uninstall", "done", "--wait")
    return run


def test_all_files_of_a_finished_run_can_be_had_when_its_release_is_gone(
    namespace: Namespace, finished: RecordedRun, tmp_path: Path
) -> None:
    assert by_kubectl_alone(namespace, finished.run, tmp_path) == RUN_FILES
    verdict = json.loads((tmp_path / "verdict.json").read_text())
    assert (verdict["run"], verdict["outcome"]) == (finished.run, finished.outcome)
    totals = json.loads((tmp_path / "metrics.json").read_text())["totals"]
    assert finished.requests == totals["requests"] > 0
    assert finished.p95_ms == totals["percentiles_ms"]["p95"]


def swarmfile(*arguments: str) -> str:
    return run(sys.executable, "-m", "swarmfile", *arguments)


def test_the_command_line_lists_writes_and_deletes_the_run(
    namespace: Namespace, finished: RecordedRun, tmp_path: Path
) -> None:
    listed = [line.split() for line in swarmfile("results", "-n", namespace.name).splitlines()]
    assert finished.run in {words[0] for words in listed}
    swarmfile("results", finished.run, "-n", namespace.name, "-o", str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == RUN_FILES
    swarmfile("report", finished.run, "-n", namespace.name, "-o", str(tmp_path / "page.html"))
    assert f"<title>{finished.outcome} {finished.run}</title>" in (tmp_path / "page.html").read_text()
    assert f"swarmfile-run-{finished.run} would be deleted" in swarmfile(
        "prune", "-n", namespace.name, "--keep=0", "--dry-run"
    )
    namespace.kubectl("label", "configmap", f"swarmfile-run-{finished.run}", "swarmfile.io/baseline=true")
    assert finished.run not in swarmfile("prune", "-n", namespace.name, "--keep=0")


def keep_older(namespace: Namespace, test_type: str, number: int) -> list[str]:
    """Records as a sidecar writes them, of runs that ended days ago, the oldest first; the oldest is a baseline."""
    names = []
    for day in range(number):
        old = RecordedRun(f"{test_type}-{day}", test_type, "PASS", 1_700_000_000.0 + day * 86_400)
        parts, head = config_maps(old, {"verdict.json": b"{}"}, {})
        for each in (*parts, head):
            namespace.kubectl("create", "-f", "-", stdin=json.dumps(each))
        names.append(old.run)
    namespace.kubectl("label", "configmap", f"swarmfile-run-{names[0]}", "swarmfile.io/baseline=true")
    return names


def kept(namespace: Namespace, test_type: str) -> set[str]:
    return {read_head(head).run for head in heads(namespace, test_type)}


def test_prune_deletes_the_oldest_with_their_parts_and_never_a_baseline(
    namespace: Namespace, finished: RecordedRun
) -> None:
    baseline, old, newer = keep_older(namespace, "nightly", 3)
    assert old in swarmfile("prune", "-n", namespace.name, "--keep=1")
    assert kept(namespace, "nightly") == {baseline, newer}
    assert namespace.get("configmaps", f"swarmfile.io/run={old}") == []
    assert finished.run in kept(namespace, "smoke")


def test_a_new_run_lets_the_oldest_go_but_no_baseline(namespace: Namespace, target: str) -> None:
    baseline, *old = keep_older(namespace, "weekly", 3)
    namespace.install("weekly", short(target, type="weekly", results={"keep": 1}))
    new = until_new(namespace, "weekly", {baseline, *old})
    namespace.until(lambda: kept(namespace, "weekly") == {baseline, new}, "pruned namespace", 60)


def until_new(namespace: Namespace, test_type: str, known: set[str]) -> str:
    """Awaits the end of a run that is none of those."""

    def found() -> str | None:
        runs = [read_head(head) for head in heads(namespace, test_type)]
        return next((run.run for run in runs if run.ended and run.run not in known), None)

    return namespace.until(found, f"record of a run of {test_type}", 180)


def test_an_event_tells_the_verdict(namespace: Namespace, finished: RecordedRun) -> None:
    events = json.loads(namespace.kubectl("get", "events", "-o", "json"))["items"]
    told = [each["message"] for each in events if each["involvedObject"]["name"] == f"swarmfile-run-{finished.run}"]
    assert len(told) == 1
    assert told[0].startswith(f"{finished.outcome} {finished.run}")


def test_the_same_definition_runs_again_after_it_was_uninstalled(
    namespace: Namespace, target: str, finished: RecordedRun
) -> None:
    namespace.install("done", short(target, type="smoke"))
    namespace.ended("done")
    namespace.until(lambda: len(heads(namespace)) == 2, "a second record")


def lose_the_pod(namespace: Namespace, deployment: str) -> None:
    """Takes the pod away without a last act of its sidecar, as when a node is lost, and lets a successor come."""
    bindings = namespace.kubectl("get", "rolebindings", "-l", "app.kubernetes.io/instance=lost", "-o", "yaml")
    namespace.kubectl("delete", "rolebindings", "-l", "app.kubernetes.io/instance=lost")
    namespace.kubectl("scale", deployment, "--replicas=0")
    namespace.until(lambda: not namespace.pods("lost", "master"), "end of the pod")
    namespace.kubectl("apply", "-f", "-", stdin=bindings)
    namespace.kubectl("scale", deployment, "--replicas=1")


def test_a_pod_that_was_lost_has_a_successor_that_does_not_repeat_the_test(
    namespace: Namespace, target: str, tmp_path: Path
) -> None:
    load = {"runTime": "1h", "autostart": True}
    namespace.install("lost", short(target, type="moved", mode="deployment", load=load))
    began = until_recorded(namespace, "moved", "running")
    namespace.until(lambda: record(namespace, "moved").requests > 0, "a snapshot with requests")
    lose_the_pod(namespace, "deployment/lost-swarmfile")
    counted = received(namespace)["total"]
    ended = until_recorded(namespace, "moved", "INVALID")
    assert ended.run == began.run
    assert "restarted" in " ".join(ended.reasons)
    assert {"locust_stats_history.csv", "state.json"} <= by_kubectl_alone(namespace, ended.run, tmp_path)
    namespace.ready("lost")
    assert received(namespace)["total"] == counted
    namespace.helm("uninstall", "lost")


def test_a_test_that_is_uninstalled_leaves_its_last_state(namespace: Namespace, target: str) -> None:
    load = {"runTime": "1h", "autostart": True}
    namespace.install("gone", short(target, type="gone", mode="deployment", load=load))
    until_recorded(namespace, "gone", "running")
    namespace.helm("uninstall", "gone", "--wait")
    assert record(namespace, "gone").outcome in ("running", "INVALID")


def test_without_permission_the_run_ends_all_the_same_and_says_so(namespace: Namespace, target: str) -> None:
    namespace.install("mute", short(target, type="mute", rbac={"create": False}))
    assert "swarmfile: verdict" in namespace.ended("mute")
    labels = "app.kubernetes.io/instance=mute,app.kubernetes.io/component=master"
    log = namespace.kubectl("logs", "-l", labels, "-c", "exporter", "--tail=-1")
    assert log.count("swarmfile: results are not kept in ConfigMaps: ") == 1
    assert "configmaps/swarmfile-run-mute-" in log
    assert heads(namespace, "mute") == []


def test_the_container_that_runs_a_script_has_no_token(namespace: Namespace, target: str) -> None:
    namespace.install("ui", short(target, type="ui", mode="deployment"))
    pod = namespace.ready("ui")
    code = "import os; print([f for _, _, fs in os.walk('/var/run/secrets/kubernetes.io') for f in fs])"
    answer = namespace.kubectl("exec", pod, "-c", "locust", "--", "python3", "-c", code)
    assert answer.strip() == "[]"
    assert "token" in namespace.kubectl("exec", pod, "-c", "exporter", "--", "ls", "/var/run/swarmfile/api")
