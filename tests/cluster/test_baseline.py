"""Two runs of a release that are held against each other: the second finds the first among what the cluster keeps."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from swarmfile.sidecar.record import RecordedRun, read_head
from tests.cluster.cluster import PATIENCE, Namespace

pytestmark = pytest.mark.timeout(600)
HEADS = "swarmfile.io/run,!swarmfile.io/part"
# Blocks of a second: a minute's worth of them in some seconds.
SCRIPT = """
import os

from locust import FastHttpUser, constant, task

from swarmfile.run import blocks

blocks.BLOCK_S = 1

class Visitor(FastHttpUser):
    wait_time = constant(0.02)

    @task
    def slow(self):
        self.client.get("/slow?ms=" + os.environ["SLOW_MS"], name="/slow")
"""
CRITERION = 'p95 of "GET /slow" <= +50% of baseline'


def run(namespace: Namespace, target: str, slow_ms: int) -> RecordedRun:
    """Runs the Job once more, with another slowness, and returns its record."""
    before = {head["metadata"]["name"] for head in namespace.get("configmaps", HEADS)}
    load = {"host": target, "users": 2, "spawnRate": 2, "runTime": "12s"}
    values: dict[str, Any] = {
        **PATIENCE,
        "assertions": {"p95ThresholdMs": 60000, "criteria": [CRITERION]},
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
        "type": "gate",
        "loadTest": load,
        "locustfile": {"inline": SCRIPT},
        "env": [{"name": "SLOW_MS", "value": str(slow_ms)}],
    }
    namespace.install("gate", values)

    def recorded() -> RecordedRun | None:
        heads = [head for head in namespace.get("configmaps", HEADS) if head["metadata"]["name"] not in before]
        return next((found for head in heads if (found := read_head(head)).ended), None)

    return namespace.until(recorded, "the record of a run", 240)


def swarmfile(namespace: Namespace, *arguments: str) -> str:
    command = [sys.executable, "-m", "swarmfile", *arguments, "-n", namespace.name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_slower_run_fails_against_the_one_that_the_cluster_keeps(
    namespace: Namespace, target: str, tmp_path: Path
) -> None:
    first = run(namespace, target, 100)
    assert first.outcome == "PASS", first.reasons
    swarmfile(namespace, "baseline", "set", first.run)
    assert swarmfile(namespace, "baseline", "show") == f"{first.run}\n"

    second = run(namespace, target, 400)
    assert second.outcome == "FAIL", (second.reasons, namespace.log("gate"))
    [reason] = second.reasons
    assert reason.startswith('p95 of "GET /slow" was 4')
    assert reason.endswith(f"({first.run}), not <= +50% of baseline")

    rows = json.loads(swarmfile(namespace, "compare", first.run, second.run, "--format", "json"))["rows"]
    assert {row["finding"] for row in rows if row["figure"] == "p95"} == {"slower"}
