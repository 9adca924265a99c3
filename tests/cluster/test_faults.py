"""The fault table of docs/verdict.md where pods are needed: what happens to them, and what is kept of their runs."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from swarmfile.sidecar.age import STALE_AFTER_S, cut_short, outcome_of
from swarmfile.sidecar.record import RecordedRun, read_head
from tests.cluster.cluster import Namespace
from tests.cluster.conftest import await_quiet
from tests.fault_table import assert_as_documented
from tests.results_folder import RUN_FILES

pytestmark = pytest.mark.timeout(600)
HEADS = "swarmfile.io/run,!swarmfile.io/part"
# A route lets the master take memory until its limit ends it.
SCRIPT = """
from locust import FastHttpUser, constant, events, task

class Visitor(FastHttpUser):
    wait_time = constant(0.2)

    @task
    def home(self):
        self.client.get("/")

@events.init.add_listener
def add_route(environment, **_):
    environment.web_ui.app.add_url_rule("/grow", "grow", lambda: str(len(b"x" * 2**30)))
"""


@dataclass(frozen=True)
class Release:
    """One of several releases in a namespace; its name is also the type of its runs."""

    namespace: Namespace
    name: str

    def install(self, host: str, *, autostart: bool = True) -> None:
        load = {"host": host, "users": 1, "spawnRate": 1, "runTime": "1h", "autostart": autostart}
        resources = {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "384Mi"}}
        values = {"mode": "deployment", "type": self.name, "loadTest": load, "locustfile": {"inline": SCRIPT}}
        self.namespace.install(self.name, values | {"resources": resources})

    @property
    def pod(self) -> str:
        return self.namespace.ready(self.name)

    def record(self) -> RecordedRun | None:
        heads = self.namespace.get("configmaps", f"{HEADS},swarmfile.io/type={self.name}")
        assert len(heads) <= 1, "the test was run again"
        return read_head(heads[0]) if heads else None

    def until(self, fits: Callable[[RecordedRun], object], what: str) -> RecordedRun:
        def look() -> RecordedRun | None:
            record = self.record()
            return record if record and fits(record) else None

        return self.namespace.until(look, f"{what} of {self.name}: {self.record()}", 240)

    def ask(self, path: str, form: str = "") -> None:
        """Asks the master's web server, which may not live to answer; a form makes it a POST."""
        data = f", data={form!r}.encode()" if form else ""
        code = f"import urllib.request as u; u.urlopen('http://127.0.0.1:8089{path}'{data})"
        self.namespace.kubectl("exec", self.pod, "--", "python3", "-c", code, check=False)


def run_out_of_memory(release: Release) -> None:
    release.ask("/grow")

    def killed() -> bool:
        pods = release.namespace.pods(release.name, "master")
        ends = [one["lastState"].get("terminated", {}) for pod in pods for one in pod["status"]["containerStatuses"]]
        return "OOMKilled" in [end.get("reason") for end in ends]

    release.namespace.until(killed, "container that was killed for its memory")


def delete_by_force(release: Release) -> None:
    release.namespace.kubectl("delete", "pod", release.pod, "--force", "--grace-period=0")


def evict(release: Release) -> None:
    namespace, pod = release.namespace.name, release.pod
    eviction = f'{{"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {{"name": "{pod}"}}}}'
    path = f"/api/v1/namespaces/{namespace}/pods/{pod}/eviction"
    release.namespace.kubectl("create", "--raw", path, "-f", "-", stdin=eviction)


def scale_down(release: Release) -> None:
    release.namespace.kubectl("scale", f"deployment/{release.name}-swarmfile", "--replicas=0")


def uninstall(release: Release) -> None:
    release.namespace.helm("uninstall", release.name, "--wait")


ROWS: dict[str, Callable[[Release], None]] = {
    "the master runs out of memory": run_out_of_memory,
    "the master's pod is deleted by force": delete_by_force,
    "the master's pod is evicted, as from a node that is drained": evict,
    "the master's Deployment is scaled to nothing": scale_down,
    "the release is uninstalled in the midst of a run": uninstall,
}


@pytest.fixture(scope="module")
def releases(namespace: Namespace, target: str) -> dict[str, Release]:
    """All of them had requests in a snapshot, and then their fault."""
    made = {fault: Release(namespace, act.__name__.replace("_", "-")) for fault, act in ROWS.items()}
    with ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(lambda release: release.install(target), made.values()))
        list(pool.map(lambda release: release.until(lambda record: record.requests, "requests"), made.values()))
        list(pool.map(lambda fault: ROWS[fault](made[fault]), made))
    return made


@pytest.mark.parametrize("fault", ROWS)
def test_a_fault_has_the_verdict_of_the_table(releases: dict[str, Release], fault: str) -> None:
    release = releases[fault]
    # An uninstall takes the sidecar's rights away: what is left may be a snapshot, which readers judge by its age.
    gone = ROWS[fault] is uninstall
    record = release.until(lambda record: record.ended or gone, "a verdict")
    later = time.time() + 2 * STALE_AFTER_S
    snapshot = cut_short(record, later)
    reasons = [snapshot] if snapshot else list(record.reasons)
    assert_as_documented(fault, {"outcome": outcome_of(record, later), "reasons": reasons})
    assert record.requests > 0
    assert "locust_stats_history.csv" in record.files


def test_no_test_was_run_again_and_nothing_is_left(
    releases: dict[str, Release], namespace: Namespace, target: str
) -> None:
    survivors = [release for fault, release in releases.items() if ROWS[fault] not in (scale_down, uninstall)]
    for release in survivors:
        release.until(lambda record: record.ended, "a verdict")
    # A pod that was deleted by force may live on for its grace period. One user makes several requests a second.
    await_quiet(namespace, "GET /")
    for release in [*survivors, releases["the master's Deployment is scaled to nothing"]]:
        namespace.helm("uninstall", release.name)
    namespace.until(lambda: not namespace.get("pods", "app.kubernetes.io/component=master"), "namespace without pods")
    assert len(namespace.get("configmaps", HEADS)) == len(ROWS)


def with_small_results(release: Release, size: str) -> None:
    """Gives a release a results volume that holds no more, and awaits the pod that has it."""
    volume = {"name": "results", "emptyDir": {"medium": "Memory", "sizeLimit": size}}
    patch = json.dumps({"spec": {"template": {"spec": {"volumes": [volume]}}}})
    deployment = f"deployment/{release.name}-swarmfile"
    release.namespace.kubectl("patch", deployment, "-p", patch)
    release.namespace.kubectl("rollout", "status", deployment, "--timeout=2m")


def test_a_results_volume_that_fills_up_costs_the_html_report_and_nothing_else(
    namespace: Namespace, target: str
) -> None:
    release = Release(namespace, "full")
    release.install(target, autostart=False)
    with_small_results(release, "2Mi")
    # Without an end of its own: however late the volume is full, the run still goes on.
    release.ask("/swarm", "user_count=1&spawn_rate=1")
    release.until(lambda record: record.requests, "requests")
    namespace.kubectl("exec", release.pod, "--", "sh", "-c", "cat /dev/zero > /results/others", check=False)
    release.ask("/stop", "by=hand")
    record = release.until(lambda record: record.ended, "a verdict")
    assert_as_documented("the results folder is full", {"outcome": record.outcome, "reasons": record.reasons})
    assert set(record.files) == RUN_FILES - {"report.html"}
    assert f"swarmfile: verdict INVALID {record.run}" in namespace.log(release.name)
    assert record.requests > 0
