"""The CI gate on a real cluster: it ends as the run does, or says why there is none."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.cluster import PATIENCE, Namespace, fresh_namespace, run
from tests.results_folder import RUN_FILES

pytestmark = pytest.mark.timeout(600)
SMALL = {"requests": {"cpu": "20m", "memory": "64Mi"}}
IMPOSSIBLE = {"requests": {"cpu": "1000"}}


def values(host: str = "http://target", seconds: str = "10s", **more: object) -> dict[str, Any]:
    """Values of a short run that starts by itself."""
    load = {"host": host, "users": 2, "spawnRate": 2, "runTime": seconds, "autostart": True}
    return {**PATIENCE, "resources": SMALL, "loadTest": load, **more}


@dataclass(frozen=True)
class Gate:
    """`swarmfile wait` as a process of its own."""

    process: subprocess.Popen[str]
    output: Path
    namespace: Namespace

    def printed(self, pattern: str) -> None:
        """Awaits something in its output."""
        said = f"{pattern!r} in what swarmfile wait says"
        self.namespace.until(lambda: re.search(pattern, self.output.read_text()), said, 240)

    def ended(self) -> tuple[int, str]:
        """Awaits its end; returns exit code and output."""
        return self.process.wait(300), self.output.read_text()


@contextmanager
def gate(folder: Path, namespace: Namespace, release: str, *arguments: str) -> Iterator[Gate]:
    """Starts to wait for a release, and is gone afterwards."""
    output = folder / f"{release}.txt"
    command = [sys.executable, "-m", "swarmfile", "wait", "-n", namespace.name, "--release", release, *arguments]
    with output.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, text=True)
    try:
        yield Gate(process, output, namespace)
    finally:
        process.kill()
        process.wait()


BROKEN: Mapping[str, tuple[dict[str, Any], str]] = {
    "image": (
        # No registry listens there, so that the answer comes at once.
        values(image={"repository": "127.0.0.1:1/none"}),
        r"image 127.0.0.1:1/none:\S+ of pod image-\S+ cannot be pulled \((ErrImagePull|ImagePullBackOff): .*refused",
    ),
    "secret": (
        values(auth={"existingSecret": "nope"}),
        r"pod secret-\S+ does not start: it needs Secret nope, not found",
    ),
    "data": (
        values(testData={"existingConfigMap": "nope"}),
        r"pod data-\S+ does not start: it needs ConfigMap nope, not found",
    ),
    "large": (
        values(resources=IMPOSSIBLE),
        r"pod large-\S+ cannot be scheduled: 0/\d+ nodes are available: .*Insufficient cpu; lower the requests",
    ),
    "workers": (
        values(workers={"replicas": 1, "resources": IMPOSSIBLE}),
        r"pod workers-\S+-worker-\S+ cannot be scheduled: .*Insufficient cpu",
    ),
    "insecure": (
        values(securityContext={"allowPrivilegeEscalation": True}),
        r'no pod of Job insecure-\S+ is created: the Pod Security Standard "restricted" refuses it: allowPrivilege',
    ),
    "crash": (
        # A library that may add options: helm then lets an argument pass that Locust does not know.
        values(mode="deployment", libs={"files": {"options.py": "# events.init_command_line_parser"}})
        | {"loadTest": {**values()["loadTest"], "extraArgs": ["--no-such-flag"]}},
        r"container locust of pod crash-\S+ ends again and again \(exit code 2\); its last line: .*--no-such-flag",
    ),
}


@pytest.fixture(scope="module")
def refused(namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, Path]]:
    """All broken releases, installed and waited for at once: how that ended, what was said and where the files are."""
    folder = tmp_path_factory.mktemp("refused")
    for release, (broken, _) in BROKEN.items():
        namespace.install(release, broken)
    with ExitStack() as stack:
        gates = {
            release: stack.enter_context(
                gate(folder, namespace, release, "--pending-timeout=15", "-o", str(folder / release))
            )
            for release in BROKEN
        }
        ended = {release: (*waiting.ended(), folder / release) for release, waiting in gates.items()}
    for release in BROKEN:
        namespace.helm("uninstall", release)
    return ended


@pytest.mark.parametrize("release", BROKEN)
def test_a_test_that_cannot_start_is_invalid_with_its_reason(
    refused: dict[str, tuple[int, str, Path]], release: str
) -> None:
    code, said, folder = refused[release]
    assert code == 2, said
    reason = json.loads((folder / "verdict.json").read_text())["reasons"][0]
    assert re.match(BROKEN[release][1], reason)
    # Once when it was seen, once at the end.
    assert said.count(reason[:40]) == 2
    assert "<failure" in (folder / "junit.xml").read_text() or "<error" in (folder / "junit.xml").read_text()


def test_a_quota_that_is_used_up_is_named(namespace: Namespace, tmp_path: Path) -> None:
    with fresh_namespace(namespace.helm_path) as own:
        own.kubectl("create", "quota", "tight", "--hard=pods=0")
        # A quota that was not counted yet refuses in other words, and a Deployment keeps the first.
        own.until(lambda: own.get("quota")[0]["status"].get("hard"), "quota that counts")
        for release, mode in (("job", "job"), ("ui", "deployment")):
            own.install(release, values(mode=mode))
        for release, kind in (("job", "Job"), ("ui", "Deployment")):
            with gate(tmp_path, own, release, "--pending-timeout=10") as waiting:
                code, said = waiting.ended()
            assert code == 2, said
            assert re.search(
                rf"no pod of {kind} {release}-\S+ is created: quota tight is exceeded, requested: pods=1", said
            )


def test_it_waits_for_a_test_that_is_installed_later_and_passes_with_it(
    namespace: Namespace, target: str, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    with gate(tmp_path, namespace, "passing", "-o", str(files)) as waiting:
        namespace.install("passing", values(seconds="15s"))
        code, said = waiting.ended()
    assert code == 0, said
    assert "smoke: running" in said
    assert {path.name for path in files.iterdir()} == RUN_FILES
    verdict = json.loads((files / "verdict.json").read_text())
    assert f"PASS {verdict['run']}" in said
    # The master lingers after its verdict, so that it is scraped.
    namespace.ended("passing")
    describe = namespace.kubectl("describe", "pods", "-l", "app.kubernetes.io/instance=passing")
    assert re.search(rf"Message:\s+swarmfile: verdict PASS {verdict['run']}", describe), describe

    again = run(*wait_for(namespace, "--release", "passing"))
    assert f"PASS {verdict['run']}" in again
    namespace.helm("uninstall", "passing", "--wait")
    assert f"PASS {verdict['run']}" in run(*wait_for(namespace, "--run", verdict["run"]))


def wait_for(namespace: Namespace, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "swarmfile", "wait", "-n", namespace.name, *arguments]


@pytest.fixture(scope="module")
def cut(namespace: Namespace, target: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Runs of an hour that go on side by side, each ended by force: exit code and output of who waited for them."""
    folder = tmp_path_factory.mktemp("cut")
    with ExitStack() as stack:
        gates = {}
        for release, mode in (("job", "job"), ("ui", "deployment"), ("gone", "job")):
            namespace.install(release, values(seconds="1h", mode=mode))
            gates[release] = stack.enter_context(gate(folder, namespace, release))
        for waiting in gates.values():
            waiting.printed("smoke: running")
        for release in ("job", "ui"):
            namespace.kubectl("delete", "pods", "-l", f"app.kubernetes.io/instance={release}", "--wait=false")
        namespace.helm("uninstall", "gone")
        ended = {release: waiting.ended() for release, waiting in gates.items()}
    for release in ("job", "ui"):
        namespace.helm("uninstall", release)
    return ended


@pytest.mark.parametrize("release", ["job", "ui", "gone"])
def test_a_run_whose_pod_is_deleted_or_uninstalled_is_invalid(cut: dict[str, tuple[int, str]], release: str) -> None:
    code, said = cut[release]
    assert code == 2, said
    # What the master could still say of it, or what is plain to see.
    assert re.search(r"INVALID smoke-\S+\n  (cut short: |Job gone-\S+ was removed from namespace)", said)


def test_a_broken_assertion_ends_with_1_though_the_job_succeeds(
    namespace: Namespace, target: str, tmp_path: Path
) -> None:
    broken = values(f"{target}/not-there", assertions={"p95ThresholdMs": 60000, "errorRateThreshold": 0})
    namespace.install("failing", broken)
    with gate(tmp_path, namespace, "failing") as waiting:
        code, said = waiting.ended()
    assert code == 1, said
    assert re.search(r"FAIL smoke-\S+\n  .*error rate", said)
    namespace.helm("uninstall", "failing")


def test_without_a_namespace_there_is_nothing_to_wait_for(cluster: None) -> None:
    command = [sys.executable, "-m", "swarmfile", "wait", "-n", "not-there"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("swarmfile: namespace not-there does not exist: ")


GREEDY = """
from locust import FastHttpUser, constant, task

class Visitor(FastHttpUser):
    wait_time = constant(0.5)
    kept = ()

    @task
    def home(self):
        self.client.get("/")
        self.kept = (*self.kept, b"x" * 2**25)
"""


def test_workers_that_run_out_of_memory_are_said_to_have(namespace: Namespace, target: str, tmp_path: Path) -> None:
    limited = {"requests": SMALL["requests"], "limits": {"memory": "256Mi"}}
    workers = {"replicas": 1, "resources": limited}
    namespace.install("greedy", values(target, "60s", workers=workers, locustfile={"inline": GREEDY}))
    with gate(tmp_path, namespace, "greedy") as waiting:
        code, said = waiting.ended()
    namespace.helm("uninstall", "greedy")
    assert code == 2, said
    assert re.search(r"container locust of pod greedy-\S+ ran out of memory \(OOMKilled at \S+\); raise", said), said
