from pathlib import Path
from typing import Any

import pytest

from swarmfile.sidecar.kube import ApiError, Cluster
from tests.unit.sidecar.kube_server import Kube


def config_map(name: str, **labels: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels}, "data": {"a": "1"}}


def test_an_object_is_created_and_then_changed_without_losing_what_others_set(kube: Kube) -> None:
    kube.cluster.write("configmaps", config_map("one", ours="1"))
    kube.objects["configmaps", "one"]["metadata"]["labels"]["theirs"] = "2"
    kube.cluster.write("configmaps", config_map("one", ours="3"))
    assert kube.cluster.get("configmaps/one")["metadata"]["labels"] == {"ours": "3", "theirs": "2"}


def test_objects_are_found_by_label(kube: Kube) -> None:
    for each in (config_map("one", run="a"), config_map("two", run="b"), config_map("part", run="a", part="1")):
        kube.put("configmaps", each)
    assert [each["metadata"]["name"] for each in kube.cluster.find("configmaps", "run=a,!part")] == ["one"]


def test_deleting_what_is_gone_is_no_error(kube: Kube) -> None:
    kube.cluster.delete("configmaps/none")


def test_a_refusal_says_what_was_asked_and_why_not(kube: Kube) -> None:
    kube.refuse = 403
    with pytest.raises(ApiError, match=r"^PATCH configmaps/one: configmaps is forbidden$") as raised:
        kube.cluster.write("configmaps", config_map("one"))
    assert raised.value.status == 403


def test_a_renewed_token_is_used(kube: Kube) -> None:
    token = kube.cluster.account / "token"
    token.write_text("expired")
    with pytest.raises(ApiError, match="Unauthorized"):
        kube.cluster.find("configmaps", "")
    token.write_text("api-token")
    assert kube.cluster.find("configmaps", "") == []


def test_a_server_that_does_not_answer_is_named(kube: Kube) -> None:
    with pytest.raises(ApiError, match=r"^GET configmaps: the Kubernetes API does not answer") as raised:
        Cluster(kube.cluster.account, "localhost", 1).find("configmaps", "")
    assert raised.value.status == 0


def test_a_server_with_another_certificate_is_not_told_the_token(kube: Kube, tmp_path: Path) -> None:
    for name in ("token", "namespace"):
        (tmp_path / name).write_text("x")
    (tmp_path / "ca.crt").write_text((Path(__file__).parent / "../../../LICENSE").read_text())
    with pytest.raises(ApiError, match="does not answer"):
        Cluster(tmp_path, "localhost", kube.cluster.port).find("configmaps", "")


def test_the_pod_s_environment_names_the_cluster(tmp_path: Path) -> None:
    environment = {"SWARMFILE_API_ACCOUNT": str(tmp_path), "KUBERNETES_SERVICE_HOST": "10.0.0.1"}
    assert Cluster.of_this_pod(environment) == Cluster(tmp_path, "10.0.0.1", 443)
    with pytest.raises(ApiError, match="SWARMFILE_API_ACCOUNT is not set"):
        Cluster.of_this_pod({})
