"""A test is found by its pods, whichever chart made them."""

from typing import Any

import pytest

from swarmfile.cli.cluster.workload import Sight, Workload
from swarmfile.cli.errors import BadInputError
from tests.unit.cli.cluster_folder import DEFINITION, MASTER, pod, workload

OURS = {"app.kubernetes.io/component": "master", "app.kubernetes.io/instance": "own"}
WORKERS = {**MASTER, "component": "worker"}


def sight(*manifests: dict[str, Any]) -> Sight:
    pods = tuple(each for each in manifests if each["kind"] == "Pod")
    return Sight(tuple(Workload(each) for each in manifests if each["kind"] != "Pod"), pods)


@pytest.mark.parametrize(
    ("labels", "definition", "role"),
    [
        (MASTER, DEFINITION, "master"),
        (OURS, DEFINITION, "master"),
        (WORKERS, DEFINITION, "worker"),
        (MASTER, "", ""),
        ({"component": "database"}, DEFINITION, ""),
        ({}, DEFINITION, ""),
    ],
)
def test_labels_say_the_role_and_a_definition_that_it_is_a_test(
    labels: dict[str, str], definition: str, role: str
) -> None:
    assert Workload(workload(labels=labels, definition=definition)).role == role


@pytest.mark.parametrize("release", [None, "locust", "locust-config"])
def test_an_environments_job_is_found_by_either_of_its_releases(release: str | None) -> None:
    job = workload("Job", "smoke-1")
    job["metadata"]["labels"] = {"app.kubernetes.io/instance": "locust-config"}
    found = sight(job, workload(labels=WORKERS, name="locust-worker")).master(release)
    assert found
    assert found.title == "Job smoke-1"


def test_another_release_is_not_taken() -> None:
    assert sight(workload()).master("other") is None


def test_of_several_tests_one_must_be_chosen() -> None:
    both = sight(workload(), workload(name="own", labels=OURS))
    with pytest.raises(
        BadInputError, match="several tests are installed: locust, own; choose one with --name or --release"
    ):
        both.master(None)
    assert both.master("own")


def test_the_newest_of_a_release_counts() -> None:
    jobs = [workload("Job", f"smoke-{day}", created=f"2026-11-{day}T10:00:00Z") for day in (21, 22, 20)]
    found = sight(*jobs).master(None)
    assert found
    assert found.title == "Job smoke-22"


def test_a_workload_with_another_definition_is_not_the_same() -> None:
    former = Workload(workload())
    assert sight(workload()).same(former)
    assert sight(workload(definition="other")).same(former) is None
    assert sight().same(former) is None


def test_the_pods_of_the_definition_before_are_not_its_own() -> None:
    pods = [
        pod("old", definition="other", created="2026-11-22T10:00:09Z"),
        pod("first"),
        pod("second", created="2026-11-22T10:00:05Z"),
        pod("worker", labels=WORKERS),
    ]
    own = sight(*pods).pods_of(Workload(workload()))
    assert [each["metadata"]["name"] for each in own] == ["second", "first"]


def test_the_workers_of_the_release_take_part() -> None:
    master = Workload(workload())
    there = sight(
        workload(name="locust-worker", labels=WORKERS),
        workload(name="other-worker", labels={**WORKERS, "app.kubernetes.io/instance": "other"}),
    )
    assert [each.title for each in there.together_with(master)] == [
        "Deployment locust-master",
        "Deployment locust-worker",
    ]


@pytest.mark.parametrize(
    ("conditions", "ended"),
    [
        ([], ""),
        ([{"type": "Failed", "status": "False"}], ""),
        ([{"type": "Complete", "status": "True"}], "Complete"),
        ([{"type": "Failed", "status": "True", "message": "Job was active too long"}], "Job was active too long"),
    ],
)
def test_a_job_says_how_it_ended(conditions: list[dict[str, str]], ended: str) -> None:
    assert Workload(workload("Job", conditions=conditions)).ended == ended


def test_a_deployment_never_ends() -> None:
    assert Workload(workload(conditions=[{"type": "Complete", "status": "True"}])).ended == ""


@pytest.mark.parametrize(("arguments", "scheme"), [((), ""), (("--tls-cert=/a",), "https:")])
def test_the_route_is_asked_at_the_masters_port(arguments: tuple[str, ...], scheme: str) -> None:
    path = Workload(workload(arguments=arguments)).state_path.format(namespace="n", pod="p")
    assert path == f"/api/v1/namespaces/n/pods/{scheme}p:8090/proxy/swarmfile/state"
