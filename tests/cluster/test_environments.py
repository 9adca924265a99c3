"""All seven environments at once: from apply to a verdict, and gone again after destroy."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.cluster import Manifest, Namespace, fresh_namespace, is_ready, restarts, until
from tests.cluster.conftest import received
from tests.cluster.environments import SHORT, SMALL, WITHOUT_KEDA, Environment

STARTING = ("smoke", "load", "stress", "spike", "endurance", "soak")
TYPES = (*STARTING, "dev")
AT_ONCE = 2
SPIKE_USERS = 10  # and a tenth of them before and after
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def environments(
    upstream_chart: str, namespace: Namespace, target: str, helmfile: Path
) -> Iterator[dict[str, Environment]]:
    """Every type, deployed into a namespace of its own against one target."""
    host = f"{target}.{namespace.name}"
    with ExitStack() as stack, ThreadPoolExecutor(AT_ONCE) as pool:
        deployed = {
            test_type: Environment(
                test_type, stack.enter_context(fresh_namespace(namespace.helm_path)), helmfile, host, sets_of(test_type)
            )
            for test_type in TYPES
        }
        list(pool.map(deploy, deployed.values()))
        yield deployed


def sets_of(test_type: str) -> dict[str, str]:
    scaled = {"stress": WITHOUT_KEDA, "spike": {"loadTest.users": str(SPIKE_USERS)}}
    return SMALL | SHORT | scaled.get(test_type, {})


def deploy(environment: Environment) -> None:
    """Applies and awaits the first requests: pods that start take the little CPU from runs that are under way."""
    environment.apply()
    until(
        lambda: environment.type == "dev" or environment.state().get("requests"), f"requests of {environment.type}", 240
    )


@pytest.mark.parametrize("test_type", STARTING)
def test_a_type_starts_by_itself_and_passes_against_a_healthy_target(
    environments: dict[str, Environment], test_type: str
) -> None:
    environment = environments[test_type]
    verdict = environment.verdict()
    assert (verdict["outcome"], verdict["type"]) == ("PASS", test_type), verdict
    until(lambda: f"swarmfile: verdict PASS {verdict['run']}" in environment.log(), "verdict in the log")


def test_dev_waits_until_it_is_started_in_the_ui(environments: dict[str, Environment]) -> None:
    dev = environments["dev"]
    state = until(lambda: (state := dev.state()).get("workers") and state, "worker of dev")
    assert (state["state"], state["requests"], state["verdict"]) == ("ready", 0, None)
    dev.ask("/swarm", "user_count=2&spawn_rate=2&run_time=10s")
    assert dev.verdict()["outcome"] == "PASS"


@pytest.mark.parametrize("test_type", TYPES)
def test_all_pods_are_ready_under_the_restricted_standard(environments: dict[str, Environment], test_type: str) -> None:
    environment = environments[test_type]

    def ready() -> list[Manifest] | None:
        pods = environment.pods("master") + environment.pods("worker")
        return pods if pods and all(map(is_ready, pods)) else None

    pods = until(ready, f"ready pods of {test_type}")
    assert len(environment.pods("master")) == 1
    assert [restarts(pod) for pod in pods] == [0] * len(pods)


def test_workers_are_known_by_their_kubernetes_node(environments: dict[str, Environment]) -> None:
    environment = environments["smoke"]
    (worker,) = environment.pods("worker")
    # What the exporter is told: without the package that the pods' image lacks it serves nothing itself.
    (told,) = json.loads(environment.ask("/swarmfile/metrics"))["state"]["workers"]
    assert told["node"] == worker["spec"]["nodeName"]


def test_the_load_arrived_at_the_target(environments: dict[str, Environment], namespace: Namespace) -> None:
    requests = {test_type: environment.state()["requests"] for test_type, environment in environments.items()}
    assert all(requests.values()), requests
    # A request that is under way when its run stops is counted by the target alone.
    users = 4 * len(TYPES) + SPIKE_USERS
    assert 0 <= received(namespace)["total"] - sum(requests.values()) <= users


@pytest.mark.parametrize("test_type", TYPES)
def test_destroy_leaves_nothing_but_recorded_runs(environments: dict[str, Environment], test_type: str) -> None:
    environment = environments[test_type]
    environment.destroy()
    until(lambda: not environment.leftovers(), "clean namespace", 90)


@pytest.mark.parametrize("command", ["apply", "sync"])
def test_without_host_not_even_the_namespace_is_created(
    upstream_chart: str, cluster: None, helm4: Path, helmfile: Path, command: str
) -> None:
    nowhere = Namespace("t-never-created", helm4)
    done = Environment("smoke", nowhere, helmfile, host="").helmfile(command)
    assert done.returncode != 0
    assert "HOST is missing" in (done.stdout + done.stderr).strip().splitlines()[-1]
    assert (
        json.loads(nowhere.kubectl("get", "namespace", nowhere.name, "-o", "json", "--ignore-not-found") or "{}") == {}
    )
