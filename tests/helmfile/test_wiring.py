"""How the wiring connects the upstream chart to ours without taking a user's own values away."""

import functools
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.helmfile.conftest import Project, Shipped, Values

OWN_MASTER = """
master:
  args: [--autostart, --users=3]
  extraVolumes: [{name: mine, emptyDir: {}}]
  extraVolumeMounts: [{name: mine, mountPath: /mine}]
  initContainers: [{name: mine, image: mine}]
worker:
  extraVolumes: [{name: mine, emptyDir: {}}]
  extraVolumeMounts: [{name: mine, mountPath: /mine}]
  initContainers: [{name: mine, image: mine}]
  environment: {MINE: "2"}
loadtest:
  environment: {MINE: "1", HOME: /mine}
  environment_load_from_secrets: [mine]
"""


def with_upstream(project: Project, text: str, *arguments: str) -> dict[str, Any]:
    """The upstream values of smoke where config/smoke/locust.yml holds this text."""
    project.write("config/smoke/locust.yml", text)
    return dict(project.values("smoke", *arguments).upstream)


def names(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["name"] for entry in entries]


def test_a_users_lists_are_kept_and_added_to(project: Project) -> None:
    upstream = with_upstream(project, OWN_MASTER)
    for role in ("master", "worker"):
        for key in ("extraVolumes", "extraVolumeMounts"):
            assert names(upstream[role][key])[0] == "mine"
            assert {"mine", "settings", "no-token"} <= set(names(upstream[role][key]))
    assert upstream["master"]["args"][:2] == ["--autostart", "--users=3"]
    assert names(upstream["master"]["initContainers"])[0] == "mine"
    assert names(upstream["worker"]["initContainers"]) == ["mine", "node"]
    assert upstream["loadtest"]["environment_load_from_secrets"] == ["mine"]


def test_a_users_variables_go_before_ours(project: Project) -> None:
    environment = with_upstream(project, OWN_MASTER)["loadtest"]["environment"]
    assert environment["MINE"] == "1"
    assert environment["HOME"] == "/mine"
    assert environment["SWARMFILE_SETTINGS"] == "/etc/swarmfile/settings.json"


def test_a_worker_s_node_is_written_where_the_worker_reads_it(project: Project) -> None:
    worker = with_upstream(project, OWN_MASTER)["worker"]
    assert worker["environment"]["MINE"] == "2"
    file = worker["environment"]["SWARMFILE_NODE_FILE"]
    writer = worker["initContainers"][-1]
    assert writer["command"][-1].endswith(f"> {file}")
    assert writer["env"] == [{"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]
    shared = {mount["name"]: mount["mountPath"] for mount in writer["volumeMounts"]}
    assert file.startswith(shared["tmp"])
    assert {"name": "tmp", "mountPath": shared["tmp"]} in worker["extraVolumeMounts"]


def test_the_start_script_is_ours_unless_a_user_has_one(project: Project, shipped: Shipped) -> None:
    ours = ["sh", "/etc/swarmfile/docker-entrypoint.sh"]
    assert [shipped("smoke").upstream[role]["command"] for role in ("master", "worker")] == [ours, ours]
    upstream = with_upstream(project, "{master: {command: [mine]}, worker: {command: [mine]}}")
    assert [upstream[role]["command"] for role in ("master", "worker")] == [["mine"], ["mine"]]


def test_only_the_master_keeps_results(shipped: Shipped) -> None:
    upstream = shipped("smoke").upstream
    assert "results" in names(upstream["master"]["extraVolumes"])
    assert "results" not in names(upstream["worker"]["extraVolumes"])


def test_the_script_comes_from_our_config_maps_wherever_a_user_mounts_it(project: Project) -> None:
    loadtest = with_upstream(project, "loadtest: {locust_locustfile_path: /srv, locust_host: 'https://placeholder'}")[
        "loadtest"
    ]
    assert loadtest["locust_locustfile"] == "../opt/swarmfile/swarmfile/plugin.py,/srv/smoke.py"
    assert loadtest["locust_host"] == "http://target.example"
    assert loadtest["locust_locustfile_configmap"] == "custom-locust-scripts"
    assert loadtest["locust_lib_configmap"] == "custom-locust-libs"


def test_further_arguments_of_the_definition_follow_those_of_the_upstream(project: Project) -> None:
    project.write(
        "config/dev/test.yml",
        "loadTest: {tags: [a, b], users: 3, extraArgs: [--loglevel=DEBUG], autostart: true}",
    )
    args = project.values("dev").upstream["master"]["args"]
    assert args == ["--users=1", "--spawn-rate=1", "--loglevel=DEBUG"]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("worker: {keda: {enabled: true, minReplicas: 2, maxReplicas: 9}}", (2, 9)),
        ("worker: {keda: {enabled: true, minReplicas: 0, maxReplicas: 9}}", (0, 9)),
        ("worker: {keda: {enabled: true}, hpa: {minReplicas: 3, maxReplicas: 4}}", (3, 4)),
    ],
)
def test_kedas_bounds_stand_where_upstream_reads_them(project: Project, text: str, bounds: tuple[int, int]) -> None:
    hpa = with_upstream(project, text)["worker"]["hpa"]
    assert (hpa["minReplicas"], hpa["maxReplicas"]) == bounds


def test_bounds_of_an_hpa_stay_as_they_are_written(project: Project) -> None:
    text = "worker: {hpa: {enabled: true, minReplicas: 2, maxReplicas: 5}, keda: {minReplicas: 1, maxReplicas: 20}}"
    hpa = with_upstream(project, text)["worker"]["hpa"]
    assert hpa == {"enabled": True, "minReplicas": 2, "maxReplicas": 5}


def test_templates_in_kedas_triggers_are_left_to_the_upstream_chart(shipped: Shipped) -> None:
    assert (
        '{{ template "locust.fullname" . }}.{{ .Release.Namespace }}'
        in shipped("stress").upstream["worker"]["keda"]["triggers"]
    )


def test_in_job_mode_our_job_is_the_only_master(untouched: Project) -> None:
    values = untouched.values("load", "--state-values-set", "mode=job")
    assert values.upstream["master"]["replicas"] == 0
    assert values.ours["upstream"]["master"]["args"] == values.upstream["master"]["args"]


def test_values_of_the_upstream_can_be_set_for_one_run(untouched: Project) -> None:
    values = untouched.values("load", "--state-values-set", "upstream.worker.replicas=7")
    assert values.upstream["worker"]["replicas"] == values.ours["upstream"]["worker"]["replicas"] == 7


ROBUST = [
    ("master.strategy.type", "Recreate"),
    ("worker.strategy.type", "Recreate"),
    ("master.pdb.enabled", True),
    ("worker.pdb.enabled", True),
    ("master.readinessProbe.periodSeconds", 2),
    ("image.tag", "2.47.0"),
    ("podSecurityContext.runAsNonRoot", True),
    ("podSecurityContext.seccompProfile.type", "RuntimeDefault"),
    ("securityContext.allowPrivilegeEscalation", False),
    ("securityContext.capabilities.drop", ["ALL"]),
]


def at(values: Mapping[str, Any], path: str) -> object:
    return functools.reduce(lambda found, key: found[key], path.split("."), values)


@pytest.mark.parametrize(("path", "value"), ROBUST)
def test_a_run_is_robust_by_default(shipped: Shipped, path: str, value: object) -> None:
    assert at(shipped("load").upstream, path) == value


@pytest.mark.parametrize("role", ["master", "worker"])
def test_autoscalers_of_nodes_are_asked_to_leave_the_pods_alone(shipped: Shipped, role: str) -> None:
    annotations = shipped("load").upstream[role]["annotations"]
    assert annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "false"
    assert annotations["karpenter.sh/do-not-disrupt"] == "true"


def test_pods_may_use_the_wide_range_of_local_ports(shipped: Shipped) -> None:
    sysctls = shipped("load").upstream["podSecurityContext"]["sysctls"]
    assert sysctls == [{"name": "net.ipv4.ip_local_port_range", "value": "10240 65535"}]


def test_pods_prefer_nodes_without_each_other(shipped: Shipped) -> None:
    term = shipped("load").upstream["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0]
    assert term["podAffinityTerm"]["topologyKey"] == "kubernetes.io/hostname"


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("worker.strategy.type", "worker: {strategy: {type: RollingUpdate}}", "RollingUpdate"),
        ("master.pdb.enabled", "master: {pdb: {enabled: false}}", False),
        ("master.readinessProbe.periodSeconds", "master: {readinessProbe: {periodSeconds: 9}}", 9),
        ("podSecurityContext.fsGroup", "podSecurityContext: {fsGroup: 2000}", 2000),
        ("podSecurityContext.sysctls", "podSecurityContext: {sysctls: []}", []),
        ("securityContext.readOnlyRootFilesystem", "securityContext: {readOnlyRootFilesystem: false}", False),
        ("image.tag", "image: {tag: '2.46.0'}", "2.46.0"),
        ("worker.affinity.nodeAffinity", "worker: {affinity: {nodeAffinity: {a: b}}}", {"a": "b"}),
        ("affinity.nodeAffinity", "affinity: {nodeAffinity: {a: b}}", {"a": "b"}),
    ],
)
def test_each_default_gives_way_to_a_users_own_value(project: Project, path: str, text: str, value: object) -> None:
    project.write("config/smoke/locust.yml", text)
    values: Values = project.values("smoke")
    assert at(values.upstream, path) == at(values.ours["upstream"], path) == value


def test_a_bucket_s_key_reaches_the_sidecar_of_an_environment_alone(project: Project) -> None:
    project.write("config/smoke/test.yml", "results: {s3: {bucket: runs, region: eu-west-1, existingSecret: writer}}")
    upstream = project.values("smoke").upstream
    (sidecar,) = upstream["master"].pop("initContainers")
    told = {each["name"]: each.get("value", each.get("valueFrom")) for each in sidecar["env"]}
    assert (told["SWARMFILE_S3_BUCKET"], told["SWARMFILE_S3_REGION"]) == ("runs", "eu-west-1")
    assert told["AWS_ACCESS_KEY_ID"] == {"secretKeyRef": {"name": "writer", "key": "AWS_ACCESS_KEY_ID"}}
    assert "writer" not in str(upstream)


def test_the_rights_of_the_results_outlive_destroy(project: Project) -> None:
    master = with_upstream(project, "master: {serviceAccountAnnotations: {mine: '1'}}")["master"]
    assert master["serviceAccountAnnotations"] == {"helm.sh/resource-policy": "keep", "mine": "1"}


def sidecar(project: Project) -> dict[str, Any]:
    container: dict[str, Any] = project.values("smoke").upstream["master"]["initContainers"][-1]
    return container | {"env": {one["name"]: one.get("value") for one in container["env"]}}


def test_a_default_that_values_yaml_changes_reaches_the_sidecar(project: Project) -> None:
    path = "locust-tests/chart-config/files/defaults.json"
    defaults = json.loads((project.folder / path).read_text())
    resources = {"limits": {"memory": "7Mi"}}
    project.write(path, json.dumps(defaults | {"results.keep": 7, "sidecar.resources": resources}))
    made = sidecar(project)
    assert made["env"]["SWARMFILE_KEEP"] == "7"
    assert made["resources"] == resources


def test_null_and_what_a_section_leaves_out_are_the_defaults(project: Project) -> None:
    s3 = "{bucket: runs, existingSecret: s, region: null, ca: null}"
    project.write("config/smoke/test.yml", f"sidecar: null\nresults: {{s3: {s3}, keep: null}}\n")
    made = sidecar(project)
    assert made["env"]["SWARMFILE_KEEP"] == "20"
    assert made["env"]["SWARMFILE_S3_REGION"] == "us-east-1"
    assert made["resources"] == {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
