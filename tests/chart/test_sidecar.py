"""The container beside the master, and the only rights that a test's pods have."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.rendering import CASES, HOST, Manifest, container, of_kind, of_role, pod_spec, render

TOKEN = "api-account"


def job(helm: Path, **values: object) -> Manifest:
    return of_kind(render(helm, {"loadTest": {"host": HOST}} | values), "Job")


def sidecar(workload: Manifest) -> Manifest:
    (only,) = pod_spec(workload)["initContainers"]
    found: Manifest = only
    return found


def mounts(one: Manifest) -> set[str]:
    return {mount["name"] for mount in one["volumeMounts"]}


def test_the_master_has_a_sidecar_that_starts_before_and_ends_after_it(helm: Path) -> None:
    one = sidecar(job(helm))
    assert one["restartPolicy"] == "Always"
    assert one["startupProbe"]["httpGet"] == {"path": "/ready", "port": "metrics"}
    assert one["image"] == container(job(helm))["image"]


def test_only_the_sidecar_has_the_token(helm: Path) -> None:
    workload = job(helm)
    assert TOKEN in mounts(sidecar(workload))
    assert TOKEN not in mounts(container(workload))
    assert pod_spec(workload)["automountServiceAccountToken"] is False


def test_the_sidecar_runs_no_module_of_a_script(helm: Path) -> None:
    one = sidecar(job(helm))
    assert one["command"][:2] == ["python3", "-I"]
    assert "scripts" not in mounts(one)


def test_a_successor_is_told_the_same_definition_as_the_master(helm: Path) -> None:
    workload = job(helm)
    told = {one["name"]: one.get("value") for one in sidecar(workload)["env"]}
    known = {one["name"]: one.get("value") for one in container(workload)["env"]}
    assert told["SWARMFILE_DEFINITION"] == known["SWARMFILE_DEFINITION"] != ""
    assert told["SWARMFILE_SETTINGS_NAME"] == "t-swarmfile-settings"


def test_workers_have_neither_sidecar_nor_token(helm: Path) -> None:
    documents = render(helm, {"loadTest": {"host": HOST}, "workers": {"replicas": 1}})
    worker = pod_spec(of_role(documents, "worker"))
    assert "initContainers" not in worker
    assert TOKEN not in {volume["name"] for volume in worker["volumes"]}


@pytest.mark.parametrize(
    ("case", "account"),
    [
        ({"loadTest": {"host": HOST}}, "t-swarmfile"),
        ({"loadTest": {"host": HOST}, "serviceAccount": {"create": False, "name": "mine"}}, "mine"),
        ("upstream-deployment.yaml", "locust-master"),
        ("upstream-job.yaml", "t-swarmfile"),
    ],
)
def test_the_role_is_bound_to_the_master_s_account(helm: Path, case: str | dict[str, Any], account: str) -> None:
    values = yaml.safe_load((CASES / case).read_text()) if isinstance(case, str) else case
    documents = render(helm, values)
    assert [one["name"] for one in of_kind(documents, "RoleBinding", "-results")["subjects"]] == [account]
    rules = {tuple(rule["resources"]): rule["verbs"] for rule in of_kind(documents, "Role", "-results")["rules"]}
    assert rules == {("configmaps",): ["get", "list", "create", "patch", "delete"], ("events",): ["create"]}


def test_the_values_reach_the_sidecar(helm: Path) -> None:
    workload = job(
        helm, results={"keep": 3, "extraFiles": ["own.csv", "b"]}, sidecar={"resources": {"limits": {"memory": "99Mi"}}}
    )
    one = sidecar(workload)
    assert {"name": "SWARMFILE_KEEP", "value": "3"} in one["env"]
    assert {"name": "SWARMFILE_EXTRA_FILES", "value": "own.csv,b"} in one["env"]
    assert one["resources"]["limits"] == {"memory": "99Mi"}


@pytest.mark.parametrize(
    ("results", "waits"),
    [
        ({}, True),
        ({"publish": False}, False),
        ({"publish": False, "s3": {"bucket": "runs", "existingSecret": "s"}}, True),
    ],
    ids=["ConfigMaps", "nobody", "a bucket alone"],
)
def test_a_verdict_waits_for_who_keeps_its_results(helm: Path, results: dict[str, Any], waits: bool) -> None:
    known = {one["name"]: one.get("value") for one in container(job(helm, results=results))["env"]}
    assert known.get("SWARMFILE_SIDECAR") == ("http://127.0.0.1:9646" if waits else None)


def test_without_publishing_there_is_neither_sidecar_nor_role_nor_token(helm: Path) -> None:
    documents = render(helm, {"loadTest": {"host": HOST}, "results": {"publish": False}, "metrics": {"enabled": False}})
    assert {"Role", "RoleBinding"}.isdisjoint(one["kind"] for one in documents)
    spec = pod_spec(of_kind(documents, "Job"))
    assert "initContainers" not in spec
    assert TOKEN not in {volume["name"] for volume in spec["volumes"]}


@pytest.mark.parametrize(("rbac", "kept"), [({"keep": True}, True), ({}, False)])
def test_its_rights_outlive_the_release_where_they_are_told_to(helm: Path, rbac: dict[str, bool], kept: bool) -> None:
    documents = render(helm, {"loadTest": {"host": HOST}, "rbac": rbac, "serviceAccount": {"annotations": {"a": "b"}}})
    policies = [
        (one["metadata"].get("annotations") or {}).get("helm.sh/resource-policy")
        for one in documents
        if one["kind"] in ("Role", "RoleBinding", "ServiceAccount")
    ]
    assert policies == ["keep" if kept else None] * 5
    assert of_kind(documents, "ServiceAccount")["metadata"]["annotations"]["a"] == "b"


def test_whoever_may_not_make_roles_leaves_it_to_others(helm: Path) -> None:
    documents = render(helm, {"loadTest": {"host": HOST}, "rbac": {"create": False}})
    assert {"Role", "RoleBinding"}.isdisjoint(one["kind"] for one in documents)
    assert "initContainers" in pod_spec(of_kind(documents, "Job"))


def test_the_sidecar_knows_where_the_master_answers(helm: Path) -> None:
    assert {"name": "SWARMFILE_MASTER", "value": "http://127.0.0.1:8089"} in sidecar(job(helm))["env"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, None),
        ({"assertions": {"criteria": ["p95 <= +10% of baseline"]}}, "last-pass"),
        ({"assertions": {"criteria": ["p95 <= +10% of  baseline"]}, "baseline": "last 5 passes"}, "last 5 passes"),
        ({"assertions": {"criteria": ["p95 <= +10% of baseline"]}, "results": {"publish": False}}, None),
    ],
    ids=["no criterion asks for it", "the default", "another", "no API"],
)
def test_it_fetches_a_baseline_only_where_a_criterion_asks_for_one(
    helm: Path, values: dict[str, Any], told: str | None
) -> None:
    env = {one["name"]: one.get("value") for one in sidecar(job(helm, type="load", **values))["env"]}
    assert env.get("SWARMFILE_BASELINE") == told
    assert env.get("SWARMFILE_TYPE") == ("load" if told else None)


def guard_rules(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = of_kind(documents, "Role", "-guard")["rules"]
    return rules


def test_the_guard_may_change_the_one_lease_of_its_target_and_whoever_has_the_same_target_shares_it(helm: Path) -> None:
    hosts = ("https://example.com", "https://Example.com:443/shop", "http://example.com", "https://example.com:8443")
    names = []
    for host in hosts:
        change, create = guard_rules(render(helm, {"loadTest": {"host": host}}))
        assert (change["resources"], change["verbs"]) == (["leases"], ["get", "patch", "delete"])
        assert (create["resources"], create["verbs"]) == (["leases"], ["create"])
        names += change["resourceNames"]
    assert names[0] == names[1]
    assert len(set(names)) == 3


def test_leases_in_one_namespace_are_for_tests_of_many(helm4: Path) -> None:
    documents = render(helm4, {"loadTest": {"host": HOST}, "guard": {"namespace": "guards"}})
    role, binding = (of_kind(documents, kind, "-guard") for kind in ("Role", "RoleBinding"))
    assert {one["metadata"]["namespace"] for one in (role, binding)} == {"guards"}
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "t-swarmfile", "namespace": "default"}]
    known = {one["name"]: one.get("value") for one in sidecar(of_kind(documents, "Job"))["env"]}
    assert known["SWARMFILE_GUARD_NAMESPACE"] == "guards"
    assert known["SWARMFILE_GUARD_TARGET"] == "https://example.com:443"
    assert known["SWARMFILE_GUARD_LEASE"] == guard_rules(documents)[0]["resourceNames"][0]


@pytest.mark.parametrize("mode", ["off", False])
def test_off_needs_no_rights(helm4: Path, mode: str | bool) -> None:
    documents = render(helm4, {"loadTest": {"host": HOST}, "guard": {"mode": mode}})
    assert [one["metadata"]["name"] for one in documents if one["kind"] == "Role"] == ["t-swarmfile-results"]
    assert not [one for one in sidecar(of_kind(documents, "Job"))["env"] if "GUARD" in one["name"]]
