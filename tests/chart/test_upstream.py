"""In Job mode our Job stands in for the upstream chart's master and honours every key that one does."""

import json
import os
from functools import reduce
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.chart.rendering import CASES, HOST, Manifest, container, of_kind, pod_spec, render

# What the upstream chart made of values, so that no copy of it is needed.
RECORDED = sorted((CASES.parent / "upstream").glob("*.yaml"))
CASE = yaml.safe_load((CASES / "upstream-job.yaml").read_text())
# A Job starts and ends by itself.
BY_ITSELF = ("--autostart", "--autoquit=5")
# Ours on purpose: they must exist before the upstream release does, and a Job's pod ends.
OURS = {"serviceAccountName", "automountServiceAccountToken", "enableServiceLinks", "restartPolicy"}
AFFINITY: Manifest = {"nodeAffinity": {}}


def upstream_job(helm: Path, upstream: dict[str, Any]) -> Manifest:
    values = {"mode": "job", "type": "load", "locustfile": {"inline": "x"}, "loadTest": {"host": HOST, "profile": ""}}
    return of_kind(render(helm, values | {"upstream": {"loadtest": {"name": "locust"}} | upstream}), "Job")


def at(tree: Manifest, path: str) -> object:
    return reduce(lambda node, key: node[int(key) if key.isdigit() else key], path.split("/"), cast("Any", tree))


@pytest.mark.parametrize(
    ("upstream", "path", "expected"),
    [
        ({"image": {"repository": "a", "tag": "1"}}, "containers/0/image", "a:1"),
        ({"master": {"image": "b:2"}}, "containers/0/image", "b:2"),
        ({"image": {"pullPolicy": "Never"}}, "containers/0/imagePullPolicy", "Never"),
        ({"imagePullSecrets": [{"name": "s"}]}, "imagePullSecrets", [{"name": "s"}]),
        ({"master": {"command": ["x"]}}, "containers/0/command", ["x"]),
        ({"master": {"args": ["--users=3"]}}, "containers/0/args/1", "--users=3"),
        ({"master": {"resources": {"requests": {"cpu": "1"}}}}, "containers/0/resources/requests/cpu", "1"),
        ({"master": {"extraPorts": [{"containerPort": 1}]}}, "containers/0/ports/3", {"containerPort": 1}),
        ({"master": {"lifecycle": {"preStop": {}}}}, "containers/0/lifecycle", {"preStop": {}}),
        ({"master": {"livenessProbe": {"periodSeconds": 9}}}, "containers/0/livenessProbe", {"periodSeconds": 9}),
        ({"master": {"initContainers": [{"name": "i"}]}}, "initContainers", [{"name": "i"}]),
        ({"master": {"terminationGracePeriodSeconds": 7}}, "terminationGracePeriodSeconds", 7),
        ({"nodeSelector": {"a": "b"}}, "nodeSelector", {"a": "b"}),
        ({"nodeSelector": {"a": "b"}, "master": {"nodeSelector": {"c": "d"}}}, "nodeSelector", {"c": "d"}),
        ({"affinity": AFFINITY}, "affinity", AFFINITY),
        ({"affinity": {"podAffinity": {}}, "master": {"affinity": AFFINITY}}, "affinity", AFFINITY),
        ({"tolerations": [{"key": "a"}]}, "tolerations", [{"key": "a"}]),
        ({"tolerations": [{"key": "a"}], "master": {"tolerations": [{"key": "b"}]}}, "tolerations", [{"key": "b"}]),
        ({"hostAliases": [{"ip": "10.0.0.1"}]}, "hostAliases", [{"ip": "10.0.0.1"}]),
        ({"podSecurityContext": {"runAsUser": 5}}, "securityContext", {"runAsUser": 5}),
        ({"securityContext": {"runAsUser": 6}}, "containers/0/securityContext", {"runAsUser": 6}),
        (
            {"loadtest": {"environment_load_from_secrets": ["s"]}},
            "containers/0/envFrom",
            [{"secretRef": {"name": "s"}}],
        ),
        ({"extraConfigMaps": {"m": "/m"}}, "containers/0/volumeMounts/3", {"name": "m", "mountPath": "/m"}),
    ],
)
def test_the_job_honours_a_key_of_the_upstream_master(
    helm4: Path, upstream: dict[str, Any], path: str, expected: object
) -> None:
    assert at(pod_spec(upstream_job(helm4, upstream)), path) == expected


def test_the_jobs_master_gets_the_arguments_that_are_written(helm4: Path) -> None:
    args = ["--autostart", "--users=3"]
    assert container(upstream_job(helm4, {"master": {"args": args}}))["args"] == ["--master", *args]


@pytest.mark.parametrize(
    ("worker", "expected"),
    [
        ({}, 1),
        ({"replicas": 3}, 3),
        ({"replicas": 0}, 0),
        ({"replicas": 3, "keda": {"enabled": True}}, 0),
        ({"replicas": 3, "hpa": {"enabled": True}}, 0),
    ],
)
def test_the_load_waits_for_the_workers_that_are_written_down(
    helm: Path, worker: dict[str, Any], expected: int
) -> None:
    values = {"type": "load", "locustfile": {"inline": "x"}, "loadTest": {"host": HOST, "profile": ""}}
    upstream = {"loadtest": {"name": "locust"}, "worker": worker}
    documents = render(helm, values | {"upstream": upstream})
    settings = of_kind(documents, "ConfigMap", "-settings")["data"]["settings.json"]
    assert json.loads(settings)["loadTest"]["expectWorkers"] == expected


def test_the_upstream_chart_runs_no_deployment_of_ours(helm4: Path) -> None:
    documents = render(helm4, yaml.safe_load((CASES / "upstream-deployment.yaml").read_text()))
    assert {one["kind"] for one in documents} == {"ConfigMap", "NetworkPolicy", "Role", "RoleBinding", "Service"}
    assert "custom-locust-scripts" in {one["metadata"]["name"] for one in documents}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_the_jobs_pod_is_the_one_that_the_upstream_chart_made(helm4: Path, path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    # No values at all would be the standalone chart.
    values = CASE | {"upstream": case["values"] or {"loadtest": {}}}
    ours = of_kind(render(helm4, values, release="locust-config"), "Job")["spec"]["template"]
    theirs = of_kind(case["renders"], "Deployment", "-master")["spec"]["template"]
    for spec in (ours["spec"], theirs["spec"]):
        arguments = spec["containers"][0]["args"]
        spec["containers"][0]["args"] = [one for one in arguments if one not in BY_ITSELF]
    assert comparable(ours["spec"]) == comparable(theirs["spec"])
    assert made_by_users(theirs["metadata"]["labels"]).items() <= ours["metadata"]["labels"].items()
    assert ours["metadata"].get("annotations", {}) == made_by_users(theirs["metadata"]["annotations"])


def made_by_users(marks: dict[str, str]) -> dict[str, str]:
    """Returns the labels or annotations without those that name a chart, its version and its files."""
    chart = ("checksum/", "helm.sh/chart", "app.kubernetes.io/version")
    return {key: value for key, value in marks.items() if not key.startswith(chart)}


@pytest.fixture(scope="module")
def upstream(helm4: Path) -> list[Manifest]:
    if "LOCUST_CHART" not in os.environ:
        pytest.skip("LOCUST_CHART is not set: name a copy of the upstream chart, deliveryhero/locust")
    return render(helm4, CASE["upstream"], release="locust", chart=Path(os.environ["LOCUST_CHART"]))


def test_the_jobs_pod_is_the_upstream_masters_key_by_key(helm4: Path, upstream: list[Manifest]) -> None:
    ours = of_kind(render(helm4, CASE, release="locust-config"), "Job")
    theirs = of_kind(upstream, "Deployment", "-master")
    assert comparable(pod_spec(ours)) == comparable(pod_spec(theirs))


def comparable(spec: Manifest) -> Manifest:
    """The start script's ConfigMap is ours, too, and the variable that names the Job; all else is compared."""
    spec["containers"][0]["env"] = [
        one for one in spec["containers"][0].get("env", []) if one["name"] != "SWARMFILE_JOB"
    ]
    volumes = [one for one in spec["volumes"] if one["name"] != "config"]
    assert len(volumes) == len(spec["volumes"]) - 1
    return {key: value for key, value in spec.items() if key not in OURS} | {"volumes": volumes}


def test_the_upstream_service_finds_the_jobs_pod(helm4: Path, upstream: list[Manifest]) -> None:
    labels = of_kind(render(helm4, CASE), "Job")["spec"]["template"]["metadata"]["labels"]
    assert of_kind(upstream, "Service")["spec"]["selector"].items() <= labels.items()


def test_the_jobs_annotations_are_the_upstream_masters(helm4: Path, upstream: list[Manifest]) -> None:
    ours = of_kind(render(helm4, CASE), "Job")["spec"]["template"]["metadata"]["annotations"]
    theirs = of_kind(upstream, "Deployment", "-master")["spec"]["template"]["metadata"]["annotations"]
    assert ours == {key: value for key, value in theirs.items() if not key.startswith("checksum/")}


def test_the_secret_of_environment_secret_is_the_one_upstream_makes(helm4: Path, upstream: list[Manifest]) -> None:
    variables = container(of_kind(render(helm4, CASE), "Job"))["env"]
    named = next(one["valueFrom"]["secretKeyRef"] for one in variables if one["name"] == "TOKEN")
    secret = of_kind(upstream, "Secret")
    assert named["name"] == secret["metadata"]["name"]
    assert named["key"] in secret["data"]
