"""What is recorded of a run that something ends from outside: one verdict, all files, whatever a successor does."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from swarmfile.sidecar.record import RecordedRun, read_head, read_parts
from tests.cluster.cluster import PATIENCE, Namespace, fresh_namespace
from tests.cluster.environments import SHORT, SMALL, Environment
from tests.fault_table import assert_as_documented
from tests.results_folder import RUN_FILES

pytestmark = pytest.mark.timeout(600)
HEADS = "swarmfile.io/run,!swarmfile.io/part"


def install(namespace: Namespace, name: str, host: str, **values: object) -> None:
    load = {"host": host, "users": 1, "spawnRate": 1, "runTime": "1h", "autostart": True}
    small = {"resources": {"requests": {"cpu": "20m", "memory": "64Mi"}}}
    script = {"locustfile": "smoke.py", "mode": "deployment", "type": name}
    namespace.install(name, {**PATIENCE, **small, **script, "loadTest": load, **values})
    recorded(namespace, name, lambda run: run.requests > 0, "requests")


def recorded(namespace: Namespace, test_type: str, fits: Callable[[RecordedRun], object], what: str) -> RecordedRun:
    """Awaits such a record of the only run of a type."""

    def look() -> RecordedRun | None:
        runs = [read_head(head) for head in namespace.get("configmaps", f"{HEADS},swarmfile.io/type={test_type}")]
        assert len(runs) <= 1, "the test was run again"
        return next(filter(fits, runs), None)

    return namespace.until(look, f"{what} of {test_type}", 240)


def files_of(namespace: Namespace, run: RecordedRun) -> dict[str, bytes]:
    return read_parts(namespace.get("configmaps", f"swarmfile.io/run={run.run},swarmfile.io/part"))


def delete_the_pod(namespace: Namespace, name: str) -> None:
    namespace.kubectl("delete", "pod", namespace.ready(name), "--wait=false")


def uninstall(namespace: Namespace, name: str) -> None:
    namespace.helm("uninstall", name)


CUTS = {"moved": delete_the_pod, "removed": uninstall}


@pytest.fixture(scope="module")
def cut(namespace: Namespace, target: str) -> Namespace:
    """A namespace in which each of them was cut after its first requests."""

    def cut_off(name: str) -> None:
        install(namespace, name, target, rbac={"keep": True})
        CUTS[name](namespace, name)

    with ThreadPoolExecutor(len(CUTS)) as pool:
        list(pool.map(cut_off, CUTS))
    return namespace


@pytest.mark.parametrize("name", CUTS)
def test_all_files_are_kept_with_the_verdict_of_the_master_that_ran_it(cut: Namespace, name: str) -> None:
    run = recorded(cut, name, lambda run: run.ended, "a verdict")
    assert run.outcome == "INVALID"
    assert "cut short: terminated (SIGTERM)" in " ".join(run.reasons)
    files = files_of(cut, run)
    assert files.keys() == RUN_FILES
    assert json.loads(files["verdict.json"])["reasons"] == list(run.reasons)
    assert json.loads(files["metrics.json"])["totals"]["requests"] == run.requests > 0


def test_a_successor_says_the_same_and_takes_no_file(cut: Namespace) -> None:
    before = recorded(cut, "moved", lambda run: run.ended, "a verdict")
    pod = cut.ready("moved", timeout_s=240)
    told = json.loads(
        cut.python(
            pod,
            "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8089/swarmfile/state').read().decode())",
        )
    )
    assert (told["verdict"]["outcome"], told["verdict"]["reasons"]) == (before.outcome, list(before.reasons))
    assert recorded(cut, "moved", lambda run: run.ended, "a verdict") == before
    assert files_of(cut, before).keys() == RUN_FILES


def test_rights_that_are_taken_away_in_the_midst_of_a_run_make_it_invalid_for_all_who_ask(
    namespace: Namespace, target: str, tmp_path: Path
) -> None:
    install(namespace, "mute", target, mode="job", loadTest={"host": target, "users": 1, "runTime": "75s"})
    namespace.kubectl("delete", "rolebindings", "-l", "app.kubernetes.io/instance=mute")
    command = [
        sys.executable,
        "-m",
        "swarmfile",
        "wait",
        "-n",
        namespace.name,
        "--release",
        "mute",
        "-o",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    verdict = json.loads((tmp_path / "verdict.json").read_text())
    assert verdict["outcome"] == "INVALID"
    assert "results could not be kept" in done.stdout
    words = namespace.ended("mute")
    assert "swarmfile: verdict INVALID" in words
    reasons = [line.partition("reason: ")[2] for line in words.splitlines() if "swarmfile: reason: " in line]
    assert_as_documented("the results may not be recorded", {"outcome": "INVALID", "reasons": reasons})


def test_destroy_in_the_midst_of_a_run_leaves_all_files_and_the_next_apply_takes_its_rights_over(
    upstream_chart: str, namespace: Namespace, target: str, helmfile: Path
) -> None:
    with fresh_namespace(namespace.helm_path) as own:
        sets = SMALL | SHORT | {"loadTest.runTime": "1h"}
        smoke = Environment("smoke", own, helmfile, f"{target}.{namespace.name}", sets)
        smoke.apply()
        recorded(own, "smoke", lambda run: run.requests > 0, "requests")
        smoke.destroy()
        run = recorded(own, "smoke", lambda run: run.ended, "a verdict")
        assert files_of(own, run).keys() == RUN_FILES
        smoke.apply()
        smoke.destroy()
