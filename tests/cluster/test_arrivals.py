"""The open model in pods: arrivals at their rate, a share for each worker, and a lost one's go to the others."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.cluster import PATIENCE, Namespace, fresh_namespace, run
from tests.cluster.conftest import TARGET
from tests.cluster.environments import PATIENT, SMALL, Environment

pytestmark = pytest.mark.timeout(600)
# Long enough for a deleted worker's successor to come on a slow machine; users enough for one that stands still.
RATE, WORKERS, SECONDS, USERS = 30, 3, 90, 300
TOTAL = RATE * SECONDS
# A request is named after the pod that sent it.
SCRIPT = """
import os
from swarmfile.http.user import SwarmHttpUser
from locust import constant, task

class Visitor(SwarmHttpUser):
    wait_time = constant(1000)

    @task
    def home(self):
        self.client.get("/", name=os.uname().nodename)
"""


@dataclass(frozen=True)
class Ran:
    """A run that is over: its verdict, what came of its arrivals, and how many requests each pod sent."""

    verdict: dict[str, Any]
    arrivals: dict[str, Any]
    requests: dict[str, int]


def recorded(namespace: Namespace, name: str, folder: Path) -> Ran:
    """Awaits the files that the cluster keeps of a run that passes, and reads them."""
    run(sys.executable, "-m", "swarmfile", "wait", "--run", name, "-n", namespace.name, "-o", str(folder))
    verdict, metrics = (json.loads((folder / file).read_text()) for file in ("verdict.json", "metrics.json"))
    requests = {one["name"]: one["requests"] for one in metrics["endpoints"]}
    return Ran(verdict, metrics["arrivals"], requests)


COUNT = """
import json, time, urllib.request as u
counts = json.loads(u.urlopen("http://127.0.0.1:8080/count").read())
print(counts["by_route"].get("GET /", 0), time.monotonic())
"""


@dataclass(frozen=True)
class Disturbed:
    """A run in whose midst a worker's pod was deleted, and at whose target the rate soon was as before."""

    ran: Ran
    deleted: str


@pytest.fixture(scope="module")
def disturbed(
    upstream_chart: str, namespace: Namespace, target: str, helmfile: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Disturbed]:
    folder = tmp_path_factory.mktemp("disturbed")
    (folder / "visitor.py").write_text(SCRIPT)
    load = {"arrivals.rate": f"{RATE}/s", "arrivals.maxUsers": str(USERS), "loadTest.runTime": f"{SECONDS}s"}
    sets = SMALL | PATIENT | load | {"upstream.worker.replicas": str(WORKERS)}
    own = {"LOCUSTFILE": str(folder / "visitor.py")}
    with fresh_namespace(namespace.helm_path) as place:
        environment = Environment("load", place, helmfile, f"{target}.{namespace.name}", sets, own)
        environment.apply()
        environment.awaited(lambda: begun(environment) > 5 * RATE, "arrivals", 240)
        deleted = environment.pods("worker")[0]["metadata"]["name"]
        place.kubectl("delete", "pod", deleted, "--wait=false")
        environment.awaited(lambda: 0.85 * RATE < rate_at_target(namespace) < 1.15 * RATE, "rate as before", 30)
        verdict = environment.verdict()
        yield Disturbed(recorded(place, verdict["run"], folder), deleted)


def begun(environment: Environment) -> int:
    return int((environment.state().get("arrivals") or {}).get("begun", 0))


def rate_at_target(namespace: Namespace) -> float:
    """Returns the requests per second that the target received in about the next five seconds."""
    before, since_s = counted(namespace)
    time.sleep(5)
    after, until_s = counted(namespace)
    return (after - before) / (until_s - since_s)


def counted(namespace: Namespace) -> tuple[float, float]:
    """Returns how many requests the target received, and when that was by its own clock: kubectl may take seconds."""
    requests, at_s = map(float, namespace.python(f"deploy/{TARGET}", COUNT).split())
    return requests, at_s


def test_a_deleted_workers_arrivals_go_to_the_others_and_to_its_successor(disturbed: Disturbed) -> None:
    requests = disturbed.ran.requests
    assert len(requests) == WORKERS + 1
    stayed = [count for pod, count in requests.items() if pod != disturbed.deleted]
    assert requests[disturbed.deleted] < TOTAL / WORKERS
    assert min(stayed) > 0
    assert sum(stayed) > TOTAL * (WORKERS - 1) / WORKERS


def test_a_run_that_lost_a_worker_still_has_its_rate_and_passes(disturbed: Disturbed) -> None:
    verdict, arrivals = disturbed.ran.verdict, disturbed.ran.arrivals
    assert (verdict["outcome"], verdict["reasons"]) == ("PASS", [])
    assert (arrivals["planned"], arrivals["dropped"], arrivals["unfinished"]) == (TOTAL, 0, 0)
    # A third of the rate, for the seconds until the master knows that the worker went.
    assert arrivals["begun"] >= TOTAL - 5 * RATE / WORKERS
    # A worker that ends on a busy machine was once seen to take its last report, of up to 3 s, along.
    assert 0 <= arrivals["begun"] - sum(disturbed.ran.requests.values()) < RATE


def test_a_jobs_workers_make_equal_shares_of_every_planned_arrival(
    namespace: Namespace, target: str, tmp_path: Path
) -> None:
    small = {"resources": {"requests": {"cpu": "20m", "memory": "64Mi"}}}
    values = {
        **PATIENCE,
        **small,
        "type": "open",
        "loadTest": {"host": target, "runTime": "20s"},
        "arrivals": {"rate": f"{RATE}/s", "maxUsers": USERS},
        "locustfile": {"inline": SCRIPT},
        "workers": small | {"replicas": 2},
    }
    namespace.install("open", values)
    name = namespace.ended("open").split("swarmfile: verdict PASS ")[1].split()[0]
    ran = recorded(namespace, name, tmp_path)
    assert ran.arrivals == {"planned": 600, "begun": 600, "dropped": 0, "unfinished": 0, "rate_per_s": 0}
    assert sorted(ran.requests.values()) == [300, 300]
