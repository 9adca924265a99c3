"""Deploys test types with helmfile, as a user would, each into a namespace of its own."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.cluster import PATIENCE, ROOT, UNGUARDED, Manifest, Namespace, Thing, run, until

VARIABLES = ("HOST", "NAME", "NAMESPACE", "LOCUSTFILE", "LIBS", "RUN_ID")
# What the shipped files ask of a real cluster is more than one small node has.
SMALL = {"guard.mode": UNGUARDED["guard"]["mode"]} | {
    f"upstream.{role}.resources.{kind}": value
    for role in ("master", "worker")
    for kind, value in {"requests.cpu": "20m", "requests.memory": "64Mi"}.items()
}
# As --set writes it.
PATIENT = {f"{part}.{key}": str(value) for part, settings in PATIENCE.items() for key, value in settings.items()}
SHORT = PATIENT | {"loadTest.users": "4", "loadTest.spawnRate": "4", "loadTest.runTime": "20s"}
WITHOUT_KEDA = {"upstream.worker.keda.enabled": "false"}


@dataclass(frozen=True)
class Environment:
    """A test type in a namespace; `sets` are given as --state-values-set, `variables` as environment."""

    type: str
    namespace: Namespace
    helmfile_path: Path
    host: str
    sets: Mapping[str, str] = field(default_factory=lambda: SMALL | SHORT)
    variables: Mapping[str, str] = field(default_factory=dict)
    project: Path = ROOT

    def helmfile(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs helmfile; destroy gets no HOST, as it needs none."""
        kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        own = {"NAMESPACE": self.namespace.name, "HELMFILE_HELM_BINARY": str(self.namespace.helm_path)}
        host = {"HOST": self.host} if self.host and command != "destroy" else {}
        sets = (
            [f"--state-values-set={','.join(f'{key}={value}' for key, value in self.sets.items())}"]
            if self.sets
            else []
        )
        line = [str(self.helmfile_path), "--environment", self.type, *sets, command, *arguments]
        environment = kept | own | host | dict(self.variables) | {"HELMFILE_UPGRADE_NOTICE_DISABLED": "1"}
        return subprocess.run(line, cwd=self.project, env=environment, capture_output=True, text=True, check=False)

    def apply(self) -> str:
        """Deploys; returns what helmfile said and fails with it where it failed."""
        done = self.helmfile("apply", "--suppress-diff")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def destroy(self) -> None:
        done = self.helmfile("destroy")
        assert done.returncode == 0, done.stdout + done.stderr

    def pods(self, component: str) -> list[Manifest]:
        """The pods of master or worker that are not on their way out."""
        pods = self.namespace.get("pods", f"app.kubernetes.io/instance=locust,component={component}")
        return [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]

    def ask(self, path: str, form: str = "") -> str:
        """Returns what the master's web server answers; with a form it is a POST. Empty while there is none."""
        data = f", data={form!r}.encode()" if form else ""
        code = f"import urllib.request as u; print(u.urlopen('http://127.0.0.1:8089{path}'{data}).read().decode())"
        return self.namespace.kubectl("exec", "deploy/locust-master", "--", "python3", "-c", code, check=False)

    def state(self) -> dict[str, Any]:
        """The run's state as the master tells it, empty while no master answers."""
        answer = self.ask("/swarmfile/state")
        state: dict[str, Any] = json.loads(answer) if answer.strip() else {}
        return state

    def running(self, other_than: str = "") -> dict[str, Any]:
        """Awaits a run that makes requests, a certain one aside; returns its state.

        After an apply the old master answers until Kubernetes has told it to end.
        """

        def look() -> dict[str, Any] | None:
            state = self.state()
            runs = state.get("state") == "running" and state["requests"] and state["run"] != other_than
            return state if runs else None

        return self.awaited(look, "running test", 240)

    def verdict(self, timeout_s: float = 240) -> dict[str, Any]:
        """Awaits the verdict of the run; returns it."""
        return self.awaited(lambda: self.state().get("verdict"), "verdict", timeout_s)

    def awaited(self, look: Callable[[], Thing | None], what: str, timeout_s: float) -> Thing:
        """Awaits an answer; where none comes it fails with what the pods say."""
        try:
            return until(look, what, timeout_s)
        except AssertionError as error:
            said = (str(error), self.namespace.kubectl("get", "pods"), json.dumps(self.state()), self.log())
            raise AssertionError("\n".join(said)) from None

    def log(self) -> str:
        """The log of the master, all containers that ran in its pod."""
        arguments = ("logs", "-l", "component=master,app.kubernetes.io/instance=locust", "-c", "locust", "--tail=-1")
        return self.namespace.kubectl(*arguments, "--previous", check=False) + self.namespace.kubectl(
            *arguments, check=False
        )

    def leftovers(self) -> set[str]:
        """Everything but recorded runs, the rights to record them, events and what Kubernetes itself puts there."""
        kinds = run("kubectl", "api-resources", "--namespaced", "--verbs=list", "-o", "name").split()
        wanted = [kind for kind in kinds if not re.match(r"events|.*metrics\.k8s\.io|.*external\.metrics", kind)]
        names = set(self.namespace.kubectl("get", ",".join(wanted), "-o", "name", "--ignore-not-found").split())
        return {name for name in names if not re.fullmatch(KEPT, name)}


RIGHTS = (
    r"serviceaccount/(locust-master|locust-config-swarmfile)|role(binding)?\..*/locust-config-swarmfile-(results|guard)"
)
KEPT = rf"configmap/(swarmfile-run-.*|kube-root-ca\.crt)|serviceaccount/default|{RIGHTS}"


def project_copy(folder: Path) -> Path:
    """A copy of what helmfile reads, to be edited."""
    for part in ("config", "helm-default-values", "locust-tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "helmfile.yaml.gotmpl", folder)
    return folder


def require_crd(name: str, how: str) -> None:
    """Skips where the cluster does not know this kind."""
    if not run("kubectl", "get", "crd", name, "--ignore-not-found"):
        pytest.skip(f"the cluster has no {name}: {how}")
