"""Talks to the cluster that kubectl points to, as a user would: by kubectl and helm."""

import json
import os
import re
import secrets
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
CHART = ROOT / "locust-tests" / "chart-config"
DEMO_TARGET = ROOT / "examples" / "demo-target"
POLL_S = 1.0
# For runs whose verdict must not depend on the machine: one that is busy answers late and stands still for seconds.
PATIENCE: Mapping[str, Any] = {
    "assertions": {"p95ThresholdMs": 60000},
    "validity": {
        "generatorSaturated": "warn",
        "tooFewRequests": "ignore",
        "deliveryTolerance": 0.5,
        "workerLossToleranceS": 10,
    },
}
# Tests share a target and change runs that are going; tests/cluster/test_guard.py is about the guard.
UNGUARDED: Mapping[str, Any] = {"guard": {"mode": "off"}}
Thing = TypeVar("Thing")
Manifest = dict[str, Any]


class CommandError(AssertionError):
    """A command failed; with all that it printed."""


def run(*command: str | Path, stdin: str | None = None, check: bool = True) -> str:
    """Returns what the command printed. Raises CommandError where it failed."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise CommandError(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def until(look: Callable[[], Thing | None], what: str, timeout_s: float = 120) -> Thing:
    """Returns the first answer that is not empty. Raises AssertionError naming what was awaited.

    A command that fails is no answer yet: a busy API server or kubelet refuses one and takes the next.
    """
    said = [what]

    def answer() -> Thing | None:
        try:
            return look()
        except CommandError as error:
            said[1:] = [str(error)]
            return None

    return wait_until(answer, lambda: "\n".join(said), timeout_s, POLL_S)


@dataclass(frozen=True)
class Namespace:
    """A namespace, with the helm that installs into it."""

    name: str
    helm_path: Path

    def kubectl(self, *arguments: str, stdin: str | None = None, check: bool = True) -> str:
        return run("kubectl", "-n", self.name, *arguments, stdin=stdin, check=check)

    def helm(self, *arguments: str, stdin: str | None = None, check: bool = True) -> str:
        return run(self.helm_path, "-n", self.name, *arguments, stdin=stdin, check=check)

    def install(self, release: str, values: Mapping[str, Any], *arguments: str, chart: Path = CHART) -> str:
        """Installs or upgrades, values as a file."""
        given = json.dumps({**UNGUARDED, **values})
        return self.helm("upgrade", "--install", release, str(chart), "-f", "-", *arguments, stdin=given)

    def get(self, kind: str, selector: str = "") -> list[Manifest]:
        """Returns all objects of a kind, with this label selector."""
        items: list[Manifest] = json.loads(self.kubectl("get", kind, "-l", selector, "-o", "json"))["items"]
        return items

    def notes(self, release: str) -> list[str]:
        """Returns the commands that helm told the user to paste."""
        return re.findall(r"^  ((?:kubectl|helm) .*)$", self.helm("get", "notes", release), re.MULTILINE)

    def until(self, look: Callable[[], Thing | None], what: str, timeout_s: float = 120) -> Thing:
        """As `until`, and says what the namespace looked like where it was in vain."""
        try:
            return until(look, what, timeout_s)
        except AssertionError as error:
            pods, events = self.kubectl("get", "pods"), self.kubectl("get", "events", "--sort-by=.lastTimestamp")
            raise AssertionError(f"{error}\n{pods}\n{chr(10).join(events.splitlines()[-15:])}") from error

    def job(self, release: str, component: str = "master") -> Manifest:
        """Returns the release's only Job of this kind."""
        jobs = self.get("jobs", f"app.kubernetes.io/instance={release},app.kubernetes.io/component={component}")
        assert len(jobs) == 1, [one["metadata"]["name"] for one in jobs]
        return jobs[0]

    def ended(self, release: str, timeout_s: float = 180) -> str:
        """Awaits the end of the release's Job. Returns its log."""

        def condition() -> str | None:
            conditions = self.job(release)["status"].get("conditions", [])
            return next((one["type"] for one in conditions if one["type"] in ("Complete", "Failed")), None)

        self.until(condition, f"end of the Job of {release}", timeout_s)
        return self.log(release)

    def log(self, release: str, component: str = "master") -> str:
        """Returns the log of a release's newest pods, all lines."""
        labels = f"app.kubernetes.io/instance={release},app.kubernetes.io/component={component}"
        return self.kubectl("logs", "-l", labels, "--tail=-1", check=False)

    def pods(self, release: str, component: str) -> list[Manifest]:
        return self.get("pods", f"app.kubernetes.io/instance={release},app.kubernetes.io/component={component}")

    def ready(self, release: str, component: str = "master", timeout_s: float = 120) -> str:
        """Awaits a ready pod. Returns its name."""

        def name() -> str | None:
            return next((one["metadata"]["name"] for one in self.pods(release, component) if is_ready(one)), None)

        return self.until(name, f"ready pod of {release}", timeout_s)

    def python(self, pod: str, code: str) -> str:
        """Returns what the code prints, run in the pod."""
        return self.kubectl("exec", pod, "--", "python3", "-c", code)


@contextmanager
def fresh_namespace(helm: Path) -> Iterator[Namespace]:
    """A namespace that enforces the restricted Pod Security Standard, gone afterwards."""
    name = f"t-{secrets.token_hex(4)}"
    run("kubectl", "create", "namespace", name)
    run("kubectl", "label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted")
    try:
        yield Namespace(name, helm)
    finally:
        run("kubectl", "delete", "namespace", name, "--wait=false")


def is_ready(pod: Manifest) -> bool:
    conditions = pod["status"].get("conditions", [])
    gone = "deletionTimestamp" in pod["metadata"]
    return not gone and any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def restarts(pod: Manifest) -> int:
    return sum(one["restartCount"] for one in pod["status"].get("containerStatuses", []))


def answers() -> bool:
    """Returns whether there is a cluster that kubectl reaches."""
    command = ["kubectl", "--request-timeout=30s", "get", "--raw", "/readyz"]
    try:
        return subprocess.run(command, capture_output=True, check=False, env=os.environ).returncode == 0
    except OSError:
        return False
