"""What the chart's defaults allow and what they keep out: docs/security.md names these tests."""

from pathlib import Path

import pytest

from tests.chart.rendering import HOST, Manifest, container, of_kind, pod_spec, render

LOGIN = {"username": "ann", "password": "canary-1234"}
WITH_WORKERS = {
    "mode": "deployment",
    "loadTest": {"host": HOST},
    "workers": {"replicas": 1},
    "auth": LOGIN,
    "webLogin": LOGIN,
}


@pytest.fixture(scope="module")
def documents(helm4: Path) -> list[Manifest]:
    return render(helm4, WITH_WORKERS)


def pods(documents: list[Manifest]) -> list[Manifest]:
    return [pod_spec(one) for one in documents if one["kind"] == "Deployment"]


def test_by_default_nothing_leads_in_from_outside_and_nothing_shields_from_within(documents: list[Manifest]) -> None:
    kinds = {one["kind"] for one in documents}
    assert kinds.isdisjoint({"Ingress", "NetworkPolicy"})
    assert {one["spec"].get("type", "ClusterIP") for one in documents if one["kind"] == "Service"} == {"ClusterIP"}


def test_every_container_is_unprivileged_on_a_root_that_nobody_can_write(documents: list[Manifest]) -> None:
    specs = pods(documents)
    assert len(specs) == 2
    assert {spec["securityContext"]["runAsNonRoot"] for spec in specs} == {True}
    assert {spec["securityContext"]["seccompProfile"]["type"] for spec in specs} == {"RuntimeDefault"}
    contexts = [
        each["securityContext"] for spec in specs for each in (*spec["containers"], *spec.get("initContainers", ()))
    ]
    assert len(contexts) == 3
    for context in contexts:
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}


def test_scripts_and_libraries_cannot_be_written_by_the_script(documents: list[Manifest]) -> None:
    for one in documents:
        if one["kind"] != "Deployment":
            continue
        mounts = {each["name"]: each for each in container(one)["volumeMounts"]}
        assert {name: mounts[name].get("readOnly") for name in ("scripts", "libs", "credentials")} == dict.fromkeys(
            ("scripts", "libs", "credentials"), True
        )


def test_credentials_are_in_the_containers_that_run_the_script_and_not_in_the_sidecar(
    documents: list[Manifest],
) -> None:
    for spec in pods(documents):
        assert "credentials" in {each["name"] for each in spec["containers"][0]["volumeMounts"]}
        for sidecar in spec.get("initContainers", ()):
            assert "credentials" not in {each["name"] for each in sidecar["volumeMounts"]}


def test_a_policy_lets_in_the_namespace_and_out_only_what_was_named(helm4: Path) -> None:
    documents = render(helm4, WITH_WORKERS | {"networkPolicy": {"enabled": True, "allowedCidrs": ["10.1.0.0/16"]}})
    policy = of_kind(documents, "NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["ingress"] == [{"from": [{"podSelector": policy["podSelector"]}, {"podSelector": {}}]}]
    blocks = [peer["ipBlock"] for rule in policy["egress"] for peer in rule.get("to", ()) if "ipBlock" in peer]
    assert blocks == [{"cidr": "10.1.0.0/16"}]
