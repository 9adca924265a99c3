"""When a Job is over, and in which words."""

from collections.abc import Iterator
from typing import Any

import pytest

from swarmfile.cli.cluster.api import Api, connected
from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.cluster.pod_end import end_of, is_over, last_line_of
from swarmfile.cli.cluster.workload import Workload
from tests.unit.cli.cluster_folder import Cluster, pod, workload

COMPLETE = [{"type": "Complete", "status": "True"}]


@pytest.fixture
def api(cluster: Cluster) -> Iterator[Api]:
    with connected(Kubectl("shop")) as api:
        yield api


def ended(code: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A pod of which one container ended."""
    statuses = [{"name": "proxy", "state": {"running": {}}}]
    statuses.append({"name": "locust", "state": {"terminated": {"exitCode": code, "reason": "OOMKilled"}}})
    return pod(containerStatuses=statuses, **more)


@pytest.mark.parametrize(
    ("master", "pods", "over"),
    [
        (workload("Job", conditions=COMPLETE), [], True),
        (workload("Job"), [], False),
        (workload("Job"), [pod()], False),
        (workload("Job"), [ended(137)], True),
        (workload("Job"), [ended(0)], False),
        (workload("Job"), [pod(), ended(137)], False),
        (workload("Job", retries=3), [ended(137)], False),
        (workload("Deployment"), [ended(137)], False),
    ],
    ids=["ended", "no pod", "runs", "died", "ended well", "a newer pod", "retries", "deployment"],
)
def test_a_job_is_over_with_the_container_that_runs_the_test(
    master: dict[str, Any], pods: list[dict[str, Any]], over: bool
) -> None:
    assert is_over(Workload(master), pods) is over


@pytest.mark.parametrize(
    ("pods", "words"),
    [
        ([ended(137)], "container locust: OOMKilled, exit code 137; its last line: two"),
        ([pod(reason="Evicted", message="The node was low on memory.")], "Evicted: The node was low on memory"),
        ([], "Complete"),
    ],
    ids=["container", "pod", "job"],
)
def test_the_end_is_told_by_who_knows_most_of_it(
    cluster: Cluster, api: Api, pods: list[dict[str, Any]], words: str
) -> None:
    cluster.answer("log", "one\ntwo\n")
    assert end_of(api, Workload(workload("Job", conditions=COMPLETE)), pods).startswith(words)


@pytest.mark.parametrize("log", ["", "unable to retrieve container logs for containerd://1"])
def test_a_log_that_is_gone_is_no_last_line(cluster: Cluster, api: Api, log: str) -> None:
    cluster.answer("log", log)
    assert last_line_of(api, "locust-1", "locust") == ""
