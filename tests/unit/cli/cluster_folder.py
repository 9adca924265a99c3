"""A kubectl that answers from a folder: one file for each question, and what is not there is an error in its words.

Its `proxy` is proxy_server.py, which answers the same questions as an API server does.

sight      jobs, deployments and pods        state      the master's route
configmap  the settings' ConfigMap           heads      the runs' ConfigMaps
events     warnings                          parts      those with files
log        of any container
Each call is noted in `calls`.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from swarmfile.sidecar.record import RUNNING, RecordedRun, config_maps
from tests.unit.cli import proxy_server

KUBECTL = """#!/bin/sh
folder=${0%/*}
echo "$*" >> "$folder/calls"
case "$*" in *"proxy --unix-socket="*) exec PYTHON SERVER "$folder" "$@" ;; esac
case "$*" in
  *jobs,deployments,pods*) name=sight ;;
  *"get configmap "*) name=configmap ;;
  *,swarmfile.io/part*) name=parts ;;
  *configmaps*) name=heads ;;
  *"get events"*) name=events ;;
  *"get namespace "*) name=namespace ;;
  *logs*) name=log ;;
  *) name=state ;;
esac
if [ -e "$folder/$name.error" ]; then
  echo "something before" >&2
  cat "$folder/$name.error" >&2
  exit 1
elif [ ! -e "$folder/$name" ]; then
  echo "Error from server (NotFound): there is no $name" >&2
  exit 1
fi
exec cat "$folder/$name"
"""
RUN = "smoke-20261122-100000-abcd"
PASS = {"run": RUN, "type": "smoke", "outcome": "PASS", "exitCode": 0, "reasons": [], "assertions": []}
VERDICTS = {name: PASS | {"outcome": name, "exitCode": code} for code, name in enumerate(("PASS", "FAIL", "INVALID"))}
STATE = {"run": RUN, "type": "smoke", "state": "stopped", "requests": 5, "verdict": PASS}
WITHOUT_NODE: dict[str, Any] = {
    "phase": "Pending",
    "conditions": [
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available."}
    ],
}
Said = Callable[..., tuple[int, str]]
"""Runs `swarmfile wait` and returns its exit code and what it said."""
DEFINITION = "d" * 64
MASTER = {"component": "master", "app.kubernetes.io/instance": "locust"}


@dataclass(frozen=True)
class Cluster:
    """What the cluster answers; each method changes one answer."""

    folder: Path

    def answer(self, question: str, content: object) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        (self.folder / question).write_text(text)

    def fail(self, question: str, message: str) -> None:
        (self.folder / f"{question}.error").write_text(message)

    def shows(self, *manifests: dict[str, Any]) -> None:
        self.answer("sight", {"items": manifests})

    def calls(self) -> str:
        return (self.folder / "calls").read_text()


def cluster_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """An empty namespace."""
    program = folder / "kubectl"
    program.write_text(KUBECTL.replace("PYTHON", sys.executable).replace("SERVER", proxy_server.__file__))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    cluster = Cluster(folder)
    cluster.answer("namespace", "namespace/testing")
    cluster.shows()
    for question in ("events", "heads", "parts"):
        cluster.answer(question, {"items": []})
    cluster.answer("configmap", {"metadata": {"uid": "cm", "labels": {"swarmfile.io/type": "smoke"}}})
    return cluster


def workload(
    kind: str = "Deployment",
    name: str = "locust-master",
    definition: str = DEFINITION,
    **more: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """A Job or Deployment; more: labels, replicas, conditions, arguments, created, retries."""
    labels = more.get("labels", MASTER)
    return {
        "kind": kind,
        "metadata": {
            "name": name,
            "uid": f"uid-{name}",
            "creationTimestamp": more.get("created", "2026-11-22T10:00:00Z"),
        },
        "spec": {
            "replicas": more.get("replicas", 1),
            "backoffLimit": more.get("retries", 0),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod_spec(definition, more.get("arguments", ()))},
        },
        "status": {"conditions": more.get("conditions", [])},
    }


def pod(name: str = "locust-master-1", definition: str = DEFINITION, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A pod; more: labels, created and what its status holds."""
    labels = more.pop("labels", MASTER)
    created = more.pop("created", "2026-11-22T10:00:00Z")
    return {
        "kind": "Pod",
        "metadata": {"name": name, "uid": f"uid-{name}", "creationTimestamp": created, "labels": labels},
        "spec": pod_spec(definition),
        "status": {"phase": "Running", **more},
    }


def pod_spec(definition: str, arguments: Any = ()) -> dict[str, Any]:  # noqa: ANN401
    environment = {"SWARMFILE_SETTINGS_NAME": "custom-locust-settings", "SWARMFILE_MASTER": "http://127.0.0.1:8090"}
    entries = [{"name": name, "value": value} for name, value in environment.items()]
    locust = {"name": "locust", "args": list(arguments), "env": [{"name": "SWARMFILE_DEFINITION", "value": definition}]}
    return {"initContainers": [{"name": "exporter", "env": entries}], "containers": [locust]}


def keep(
    cluster: Cluster, outcome: str, at: float | None = None, reasons: tuple[str, ...] = (), definition: str = DEFINITION
) -> None:
    run = RecordedRun(RUN, "smoke", outcome, at or time.time(), reasons, 5)
    files = {"locust_stats.csv": b"a,b"} | (
        {}
        if outcome == RUNNING
        else {"verdict.json": json.dumps(VERDICTS[outcome] | {"reasons": list(reasons)}).encode()}
    )
    parts, head = config_maps(run, files, {"swarmfile.io/definition": definition[:32]})
    cluster.answer("heads", {"items": [head]})
    cluster.answer("parts", {"items": parts})
