"""The fault table of docs/verdict.md where results cannot be kept: the verdict says so wherever it is told."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from swarmfile.cli.cluster.run_sources import last_words
from swarmfile.run.scripts import package_files
from swarmfile.sidecar.record import read_head, read_parts
from tests.cluster.cluster import PATIENCE, Namespace, fresh_namespace
from tests.fault_table import assert_as_documented
from tests.results_folder import RUN_FILES

pytestmark = pytest.mark.timeout(600)
SCRIPT = """
import os
from pathlib import Path

from locust import FastHttpUser, constant, task

class Visitor(FastHttpUser):
    wait_time = constant(0.5)

    @task
    def home(self):
        self.client.get("/")
        for history in Path("/results").glob("*/locust_stats_history.csv"):
            self.spoil(history)

    def spoil(self, history):
        {spoil}
"""
TOKEN = "/var/run/swarmfile/api/token"
THEFT = f"""
        if not history.is_symlink():
            history.unlink()
            history.symlink_to("{TOKEN}")
        for name, path in {{"token": "{TOKEN}", "environ": "/proc/self/environ"}}.items():
            if not (history.parent / name).is_symlink():
                (history.parent / name).symlink_to(path)
"""
SPOILED = {
    "a file of the results cannot be read": "history.chmod(0)",
    "the script puts a link to the sidecar's token in the place of a result": THEFT,
    "the script writes 380 MB into its run's folder": "os.truncate(os.open(history.parent / 'own', 66), 380_000_000)",
}
FORBIDDEN = "the results may not be recorded"
QUOTA = "a quota leaves no room for the results"
FAULTS = (*SPOILED, FORBIDDEN, QUOTA)
# Scripts, libraries, settings, and one for each room of the package.
MAPS_OF_A_RELEASE = 3 + len({path.parent for path in package_files() if path.parent.name != "holds"})


def values(host: str, fault: str) -> dict[str, Any]:
    load = {"host": host, "users": 1, "spawnRate": 1, "runTime": "8s"}
    small = {"resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}
    script = SCRIPT.format(spoil=SPOILED.get(fault, "pass"))
    rights = {"rbac": {"create": fault != FORBIDDEN}}
    return {**PATIENCE, **small, **rights, "type": name_of(fault), "loadTest": load, "locustfile": {"inline": script}}


def name_of(fault: str) -> str:
    return f"kept-{FAULTS.index(fault)}"


@pytest.fixture(scope="module")
def crowded(namespace: Namespace) -> Iterator[Namespace]:
    """A namespace with room for one release's ConfigMaps and no record."""
    with fresh_namespace(namespace.helm_path) as own:
        own.until(lambda: own.get("configmaps"), "the certificate authority of a namespace")
        maps = len(own.get("configmaps")) + MAPS_OF_A_RELEASE
        own.kubectl("create", "quota", "few", f"--hard=count/configmaps={maps}")
        yield own


@pytest.fixture(scope="module")
def verdicts(namespace: Namespace, crowded: Namespace, target: str) -> Mapping[str, dict[str, Any]]:
    """What each fault's Job left as its last words."""
    host = f"{target}.{namespace.name}"

    def verdict_of(fault: str) -> dict[str, Any]:
        where = crowded if fault == QUOTA else namespace
        where.install(name_of(fault), values(host, fault))
        where.ended(name_of(fault), 300)
        (pod,) = where.pods(name_of(fault), "master")
        return last_words(pod) or {}

    with ThreadPoolExecutor(len(FAULTS)) as pool:
        return dict(zip(FAULTS, pool.map(verdict_of, FAULTS), strict=True))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_the_verdict_of_the_table(verdicts: Mapping[str, dict[str, Any]], fault: str) -> None:
    assert_as_documented(fault, verdicts[fault])


@pytest.mark.parametrize("fault", [FORBIDDEN, QUOTA])
def test_who_waits_learns_it_too(
    verdicts: Mapping[str, dict[str, Any]], namespace: Namespace, crowded: Namespace, fault: str, tmp_path: Path
) -> None:
    where = crowded if fault == QUOTA else namespace
    command = [sys.executable, "-m", "swarmfile", "wait", "-n", where.name, "--release", name_of(fault)]
    done = subprocess.run([*command, "-o", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "results could not be kept" in done.stdout
    assert json.loads((tmp_path / "verdict.json").read_text())["outcome"] == "INVALID"


@pytest.mark.parametrize("fault", SPOILED)
def test_the_other_files_are_kept_with_the_same_verdict(
    verdicts: Mapping[str, dict[str, Any]], namespace: Namespace, fault: str
) -> None:
    of_type = f"swarmfile.io/run,swarmfile.io/type={name_of(fault)}"

    def same() -> list[dict[str, Any]] | None:
        found = namespace.get("configmaps", of_type)
        heads = [each for each in found if "data" in each]
        return found if heads and read_head(heads[0]).outcome == verdicts[fault]["outcome"] else None

    found = namespace.until(same, "a record that says what the Job said")
    files = read_parts(each for each in found if "binaryData" in each)
    # A snapshot may have held what was spoiled later.
    assert RUN_FILES - {"locust_stats_history.csv"} <= files.keys() <= RUN_FILES
    assert not any(b"KUBERNETES_SERVICE_HOST=" in content or b"eyJhbGciOi" in content for content in files.values())
