"""What is asked of the cluster's API, and how its refusals are told."""

from collections.abc import Iterator

import pytest

from swarmfile.cli.cluster.api import Api, connected
from swarmfile.cli.cluster.kubectl import FORBIDDEN, NOT_FOUND, Kubectl, KubectlError
from tests.unit.cli.cluster_folder import Cluster, pod, workload


@pytest.fixture
def api(cluster: Cluster) -> Iterator[Api]:
    with connected(Kubectl("shop")) as api:
        yield api


def test_many_questions_need_one_process_and_one_connection(cluster: Cluster, api: Api) -> None:
    for _ in range(20):
        assert api.objects("pods") == []
    calls = cluster.calls().splitlines()
    assert [call.split()[0] for call in calls] == ["proxy", *["GET"] * 20]


def test_the_context_is_kubectls_own(cluster: Cluster) -> None:
    with connected(Kubectl("shop", "prod")) as api:
        api.objects("pods")
    assert cluster.calls().startswith("--context prod proxy --unix-socket=")


def test_each_object_of_a_list_says_its_kind(cluster: Cluster, api: Api) -> None:
    cluster.shows(workload("Job"), workload("Deployment"), pod())
    assert [[each["kind"] for each in api.objects(kind)] for kind in ("jobs", "deployments", "pods")] == [
        ["Job"],
        ["Deployment"],
        ["Pod"],
    ]


@pytest.mark.parametrize(
    ("kind", "more", "path"),
    [
        ("pods", {}, "/api/v1/namespaces/shop/pods?"),
        ("jobs", {}, "/apis/batch/v1/namespaces/shop/jobs?"),
        ("deployments", {}, "/apis/apps/v1/namespaces/shop/deployments?"),
        ("configmaps", {"selector": "a=b,!c"}, "/api/v1/namespaces/shop/configmaps?labelSelector=a=b,!c"),
        ("events", {"fields": "type=Warning"}, "/api/v1/namespaces/shop/events?fieldSelector=type=Warning"),
    ],
)
def test_what_is_asked_for_is_in_the_path(
    cluster: Cluster, api: Api, kind: str, more: dict[str, str], path: str
) -> None:
    api.objects(kind, **more)
    assert cluster.calls().endswith(f"GET {path}\n")


def test_a_log_is_text(cluster: Cluster, api: Api) -> None:
    cluster.answer("log", "one\ntwo\n")
    assert api.log("locust-1", "locust", 20, previous=True) == "one\ntwo\n"
    assert cluster.calls().endswith("/pods/locust-1/log?container=locust&tailLines=20&previous=true\n")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ('Error from server (Forbidden): pods is forbidden: User "ci" cannot list resource "pods"', FORBIDDEN),
        ("Error from server (NotFound): there is no sight", NOT_FOUND),
        ("dial tcp 127.0.0.1:1: connect: connection refused", ""),
    ],
)
def test_a_refusal_is_told_in_kubectls_words(cluster: Cluster, api: Api, message: str, reason: str) -> None:
    cluster.fail("sight", message)
    with pytest.raises(KubectlError) as refused:
        api.objects("pods")
    assert (str(refused.value), refused.value.reason) == (f"kubectl: {message}", reason)


@pytest.mark.parametrize("answer", ['{"message": "half a status"}', "[]", "null", "<html>\nno\n"])
def test_an_answer_that_is_no_status_is_told_by_its_last_line(cluster: Cluster, api: Api, answer: str) -> None:
    cluster.fail("configmap", answer)
    with pytest.raises(KubectlError) as refused:
        api.object("configmaps", "custom-locust-settings")
    assert str(refused.value) == f"kubectl: {answer.split()[-1] if 'html' in answer else answer}"
