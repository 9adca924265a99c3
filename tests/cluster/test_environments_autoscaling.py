"""Workers that KEDA or an HPA scales, and changes applied while they do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cluster.cluster import ROOT, Namespace, fresh_namespace, run, until
from tests.cluster.environments import SHORT, SMALL, Environment, project_copy

pytestmark = pytest.mark.timeout(900)
DOCUMENTED = (ROOT / "tests" / "helmfile" / "documented-stress.yml").read_text()
QUIET = """\
from locust import HttpUser, constant, task


class Quiet(HttpUser):
    wait_time = constant(30)

    @task
    def page(self):
        self.client.get("/", name="VERSION")
"""
# 250 users, 100 for each worker: three are wanted, and two are allowed.
CROWD = SMALL | SHORT | {"loadTest.users": "250", "loadTest.spawnRate": "50", "loadTest.runTime": "15m"}
CROWD["upstream.worker.keda.maxReplicas"] = "2"


def require(kind: str, how: str) -> None:
    """Skips where the cluster cannot scale this way."""
    if not run("kubectl", "get", kind, "--ignore-not-found", check=False):
        pytest.skip(f"the cluster has no {kind}: {how}")


@pytest.fixture
def keda(cluster: None) -> None:
    require("crd/scaledobjects.keda.sh", "install KEDA to test it")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "quiet.py"
    path.write_text(QUIET)
    return path


@pytest.fixture
def stress(upstream_chart: str, namespace: Namespace, target: str, helmfile: Path) -> Iterator[Environment]:
    """The stress environment as shipped, not deployed yet."""
    with fresh_namespace(namespace.helm_path) as own:
        yield Environment("stress", own, helmfile, f"{target}.{namespace.name}")


def test_keda_scales_between_the_written_bounds_and_an_edit_applies_cleanly(
    keda: None, stress: Environment, script: Path
) -> None:
    stress = replace(stress, sets=CROWD, variables={"LOCUSTFILE": str(script)})
    stress.apply()
    first = stress.running()["run"]
    until(lambda: len(stress.pods("worker")) == 2, "second worker", 240)
    assert bounds(stress) == (1, 2)
    until(lambda: len(stress.state().get("workers", ())) == 2, "second worker at the master")
    script.write_text(QUIET.replace("VERSION", "edited"))
    stress.apply()
    stress.running(other_than=first)
    assert len(stress.pods("worker")) <= 2
    stress.destroy()
    until(lambda: not stress.leftovers(), "clean namespace", 120)


def bounds(environment: Environment) -> tuple[int, int]:
    spec = environment.namespace.get("scaledobjects")[0]["spec"]
    return spec["minReplicaCount"], spec["maxReplicaCount"]


@pytest.mark.parametrize("more", ["", "--autoquit=0"])
def test_the_documented_stress_file_runs_to_a_pass_as_it_is(
    keda: None, stress: Environment, tmp_path: Path, more: str
) -> None:
    project = project_copy(tmp_path / "project")
    text = DOCUMENTED.replace("--autostart", f"--autostart\n    - {more}") if more else DOCUMENTED
    (project / "config" / "stress" / "locust.yml").write_text(text)
    with (project / "config" / "stress" / "test.yml").open("a") as definition:
        definition.write('locustfile: "stress.py"\n')
    documented = replace(stress, project=project)
    documented.apply()
    assert documented.verdict()["outcome"] == "PASS"


def test_an_hpa_scales_the_workers_in_the_place_of_keda(stress: Environment, script: Path) -> None:
    require("apiservice/v1beta1.metrics.k8s.io", "install metrics-server to test an HPA")
    hpa = {"enabled": "true", "minReplicas": "1", "maxReplicas": "2", "targetCPUUtilizationPercentage": "5"}
    scaled = {f"upstream.worker.hpa.{key}": value for key, value in hpa.items()}
    load = replace(stress, type="load", sets=SMALL | SHORT | {"loadTest.runTime": "15m"} | scaled)
    load.apply()
    first = load.running()["run"]
    until(lambda: len(load.pods("worker")) == 2, "second worker", 300)
    changed = replace(load, variables={"LOCUSTFILE": str(script)})
    changed.apply()
    changed.running(other_than=first)
