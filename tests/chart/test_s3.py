"""Where a bucket is named, the sidecar gets the way there and the key, and nothing else does."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.rendering import CASES, HOST, ROOT, Manifest, container, of_kind, of_role, pod_spec, render

CASE: dict[str, Any] = yaml.safe_load((CASES / "s3.yaml").read_text())
BARE: dict[str, Any] = {"loadTest": {"host": HOST}, "results": {"s3": {"bucket": "runs", "existingSecret": "writer"}}}
WORKLOAD = {"job": "Job", "deployment": "Deployment"}


def workload(helm: Path, values: dict[str, Any], mode: str = "job") -> Manifest:
    return of_role(render(helm, values | {"mode": mode}), "master")


def variables(one: Manifest) -> dict[str, Any]:
    (sidecar,) = pod_spec(one)["initContainers"]
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in sidecar["env"]}


def reference(key: str, **more: object) -> dict[str, object]:
    return {"secretKeyRef": {"name": "writer", "key": key, **more}}


@pytest.mark.parametrize("mode", WORKLOAD)
def test_the_sidecar_is_told_the_way_and_the_key(helm: Path, mode: str) -> None:
    told = variables(workload(helm, CASE, mode))
    expected = {
        "SWARMFILE_S3_BUCKET": "runs",
        "SWARMFILE_S3_ENDPOINT": "https://minio.storage.svc:9000",
        "SWARMFILE_S3_REGION": "eu-central-1",
        "SWARMFILE_S3_PREFIX": "team/a",
        "SWARMFILE_S3_CA": "/var/run/swarmfile/s3/ca.crt",
        "AWS_ACCESS_KEY_ID": reference("id"),
        "AWS_SECRET_ACCESS_KEY": reference("secret"),
        "AWS_SESSION_TOKEN": reference("AWS_SESSION_TOKEN", optional=True),
    }
    assert {name: value for name, value in told.items() if name in expected} == expected


def test_bucket_and_secret_are_enough_for_aws(helm4: Path) -> None:
    told = variables(workload(helm4, BARE))
    assert told["AWS_SECRET_ACCESS_KEY"] == reference("AWS_SECRET_ACCESS_KEY")
    assert told["SWARMFILE_S3_REGION"] == "us-east-1"
    assert {"SWARMFILE_S3_ENDPOINT", "SWARMFILE_S3_PREFIX", "SWARMFILE_S3_CA"}.isdisjoint(told)


def test_the_authority_is_mounted_where_the_sidecar_looks(helm4: Path) -> None:
    one = workload(helm4, CASE)
    volume = next(each for each in pod_spec(one)["volumes"] if each["name"] == "s3-authority")
    assert volume["secret"]["secretName"] == "authority"
    assert volume["secret"]["items"] == [{"key": "root.pem", "path": "ca.crt"}]
    (sidecar,) = pod_spec(one)["initContainers"]
    mounts = {each["name"]: each["mountPath"] for each in sidecar["volumeMounts"]}
    assert mounts["s3-authority"] == "/var/run/swarmfile/s3"


@pytest.mark.parametrize("mode", WORKLOAD)
def test_neither_script_nor_workers_get_the_key(helm4: Path, mode: str) -> None:
    documents = render(helm4, CASE | {"mode": mode})
    pods = [one for one in documents if one["kind"] in WORKLOAD.values()]
    assert len(pods) == 2
    for one in pods:
        assert "writer" not in str(pod_spec(one)["containers"])
        assert "s3-authority" not in {mount["name"] for mount in container(one)["volumeMounts"]}
    assert "writer" not in str(pod_spec(of_role(documents, "worker")))


def test_without_a_bucket_nothing_is_told(helm4: Path) -> None:
    rest = CASE["results"]["s3"] | {"bucket": "", "existingSecret": ""}
    one = workload(helm4, CASE | {"results": {"s3": rest}})
    assert not [name for name in variables(one) if name.startswith(("AWS_", "SWARMFILE_S3_"))]
    assert "s3-authority" not in str(one)


def test_a_bucket_can_be_the_only_place_of_results(helm4: Path) -> None:
    only = BARE["results"] | {"publish": False}
    documents = render(helm4, BARE | {"results": only, "metrics": {"enabled": False}})
    assert "Role" not in {one["kind"] for one in documents}
    told = variables(of_kind(documents, "Job"))
    assert told["SWARMFILE_S3_BUCKET"] == "runs"
    assert "SWARMFILE_API_ACCOUNT" not in told


def test_the_example_of_the_docs_is_what_the_chart_takes(helm4: Path) -> None:
    (example,) = re.findall(r"```yaml\n(results:\n.*?)```", (ROOT / "docs" / "results.md").read_text(), re.DOTALL)
    told = variables(workload(helm4, {"loadTest": {"host": HOST}, **yaml.safe_load(example)}))
    assert told["SWARMFILE_S3_PREFIX"] == "shop"


def test_the_policy_lets_the_storage_be_reached(helm: Path) -> None:
    rules = of_kind(render(helm, CASE), "NetworkPolicy")["spec"]["egress"]
    assert {"to": CASE["networkPolicy"]["s3Peers"]} in rules
