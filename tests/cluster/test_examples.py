"""The examples in a namespace that enforces the restricted standard, against the demo target in the same cluster."""

import json
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CHART = ROOT / "locust-tests" / "chart-config"
RESTRICTED = "pod-security.kubernetes.io/enforce=restricted"
READ_COUNTS = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080/count').read().decode())"
SHORT = ["--set", "loadTest.users=2", "--set", "loadTest.spawnRate=2", "--set", "loadTest.runTime=25s"]
END_TIMEOUT_S = 180
# How quick this machine is decides nothing here.
PATIENT = ["--set", "assertions.p95ThresholdMs=60000"]
# The cluster of a test machine has two cores for everything.
SMALL = ["--set", "resources.requests.cpu=50m"]


def run(*command: str | Path, **variables: str) -> str:
    environment = ["env", *(f"{name}={value}" for name, value in variables.items())]
    done = subprocess.run([*environment, *command], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def namespace() -> Iterator[str]:
    name = f"t-examples-{uuid.uuid4().hex[:6]}"
    run("kubectl", "create", "namespace", name)
    run("kubectl", "label", "namespace", name, RESTRICTED)
    yield name
    run("kubectl", "delete", "namespace", name, "--wait=false")


def finished_log(namespace: str, release: str) -> str:
    """Waits until the release's Job ended, well or badly, and returns what its pod wrote."""
    end_of_job = [
        "kubectl",
        "--namespace",
        namespace,
        "get",
        "job",
        "--selector",
        f"app.kubernetes.io/instance={release}",
    ]
    deadline = time.monotonic() + END_TIMEOUT_S
    while not run(*end_of_job, "--output", "jsonpath={.items[0].status.conditions[*].type}"):
        assert time.monotonic() < deadline, run("kubectl", "--namespace", namespace, "get", "events")
        time.sleep(1)
    master = f"app.kubernetes.io/instance={release},app.kubernetes.io/component=master"
    return run("kubectl", "--namespace", namespace, "logs", "--selector", master, "--tail=-1")


def counts(namespace: str) -> dict[str, Any]:
    """Returns what the demo target received."""
    target = ["--namespace", namespace, "exec", "deployment/demo-target", "--", "python3", "-c", READ_COUNTS]
    counted: dict[str, Any] = json.loads(run("kubectl", *target))
    return counted


def test_the_batch_example_runs_after_its_target_and_passes(namespace: str) -> None:
    helmfile = ["helmfile", "--file", str(EXAMPLES / "batch" / "helmfile.yaml.gotmpl")]
    run(*helmfile, "sync", *SHORT, *PATIENT, *SMALL, NAMESPACE=namespace)
    log, counted = finished_log(namespace, "batch"), counts(namespace)
    assert "swarmfile: verdict PASS" in log, log
    assert counted["by_route"]["POST /v1/batches"] >= 2
    assert counted["by_route"]["GET /v1/batches/{id}"] > counted["by_route"]["POST /v1/batches"]
    assert counted["by_status"].keys() == {"200"}
    run(*helmfile, "destroy", NAMESPACE=namespace)
    assert not run("kubectl", "--namespace", namespace, "get", "jobs,deployments,services", "--output", "name")


def test_the_authenticated_example_sends_what_the_secret_holds(namespace: str) -> None:
    secret = ["secret", "generic", "shop-login", "--from-literal=username=alice", "--from-literal=password=pa:ss w$ord"]
    run("kubectl", "--namespace", namespace, "create", *secret)
    helm = ["helm", "--namespace", namespace, "install"]
    run(*helm, "demo-target", EXAMPLES / "demo-target", "--wait", "--set", "auth.existingSecret=shop-login")
    example = EXAMPLES / "authenticated-api"
    script = ["--set-file", f"locustfile.inline={example / 'authenticated_api.py'}"]
    host = ["--set", "loadTest.host=http://demo-target"]
    run(*helm, "shop", CHART, "--values", example / "values.yaml", *script, *host, *SHORT, *PATIENT, *SMALL)
    log, counted = finished_log(namespace, "shop"), counts(namespace)
    assert "swarmfile: verdict PASS" in log, log
    assert "pa:ss" not in log
    assert counted["total"] > 10
    assert counted["by_status"].keys() <= {"200", "201"}
