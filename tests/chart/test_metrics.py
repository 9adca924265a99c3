"""What brings the metrics of a run to a Prometheus."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from swarmfile.definition import metrics as metrics_settings
from swarmfile.definition.metrics import MetricsSettings
from swarmfile.definition.settings import Settings, parse
from swarmfile.definition.validity import Effect, Reason
from tests.chart.rendering import CASES, HOST, Manifest, container, of_kind, pod_spec, render

KINDS = {"ServiceMonitor", "PodMonitor", "PrometheusRule"}
KNOWN = [f"--api-versions=monitoring.coreos.com/v1/{kind}" for kind in sorted(KINDS)]


def rendered(helm: Path, *arguments: str, **metrics: object) -> list[Manifest]:
    return render(helm, {"loadTest": {"host": HOST}, "metrics": metrics}, *arguments)


def settings_of(documents: list[Manifest]) -> Settings:
    return parse(json.loads(of_kind(documents, "ConfigMap", "-settings")["data"]["settings.json"]))


def test_what_the_pod_must_know_reaches_it(helm: Path) -> None:
    given = {"buckets": [0.1, 1], "maxEndpoints": 7, "maxCauses": 8, "workersInfo": True}
    monitor = {"serviceMonitor": {"enabled": True, "interval": "5s", "scrapeTimeout": "5s", "labels": {"a": "b"}}}
    settings = settings_of(rendered(helm, **given, **monitor))
    assert metrics_settings.parse(settings.raw) == MetricsSettings((0.1, 1.0), 7, 8, True, linger_s=10)


def test_the_address_of_grafana_reaches_the_pod(helm: Path) -> None:
    values = {"loadTest": {"host": HOST}, "dashboards": {"url": "https://grafana.example"}}
    assert settings_of(render(helm, values)).raw["dashboards"] == {"url": "https://grafana.example"}


def test_an_index_with_a_password_is_no_setting(helm: Path) -> None:
    assert "secret" not in json.dumps(settings_of(rendered(helm, pipIndexUrl="https://me:secret@index")).raw)


def test_what_the_definition_says_of_validity_reaches_the_pod(helm: Path) -> None:
    values = {"loadTest": {"host": HOST}, "validity": {"cutShort": "warn", "deliveryTolerance": 0.3}}
    validity = settings_of(render(helm, values)).validity
    assert (validity.effect(Reason.CUT_SHORT), validity.delivery_tolerance) == (Effect.WARN, 0.3)


def labels_of_master(documents: list[Manifest], kind: str) -> dict[str, str]:
    labels: dict[str, str] = of_kind(documents, kind)["spec"]["template"]["metadata"]["labels"]
    return labels


@pytest.mark.parametrize("case", ["smoke.yaml", "upstream-job.yaml"])
def test_the_service_finds_the_jobs_pod(helm: Path, case: str) -> None:
    documents = render(helm, yaml.safe_load((CASES / case).read_text()))
    selector = of_kind(documents, "Service", "-metrics")["spec"]["selector"]
    assert selector.items() <= labels_of_master(documents, "Job").items()


def test_the_service_leads_to_the_sidecars_port(helm: Path) -> None:
    documents = rendered(helm)
    (sidecar,) = pod_spec(of_kind(documents, "Job"))["initContainers"]
    (port,) = of_kind(documents, "Service", "-metrics")["spec"]["ports"]
    assert {"name": port["targetPort"], "containerPort": port["port"]} == sidecar["ports"][0]


def test_the_service_finds_the_upstream_chart_s_master(helm: Path) -> None:
    documents = render(helm, yaml.safe_load((CASES / "upstream-deployment.yaml").read_text()))
    selector = of_kind(documents, "Service", "-metrics")["spec"]["selector"]
    assert selector["component"] == "master"
    assert {"app.kubernetes.io/name", "app.kubernetes.io/instance", "load_test"} < selector.keys()


@pytest.mark.parametrize(
    ("key", "kind"),
    [("serviceMonitor", "ServiceMonitor"), ("podMonitor", "PodMonitor"), ("prometheusRule", "PrometheusRule")],
)
def test_an_operators_kind_is_made_where_the_cluster_knows_it_or_by_force(helm: Path, key: str, kind: str) -> None:
    def kinds(*arguments: str, **wish: object) -> set[str]:
        return {one["kind"] for one in rendered(helm, *arguments, **({key: wish} if wish else {}))} & KINDS

    assert kinds(*KNOWN) == set()
    assert kinds(enabled=True) == set()
    assert kinds(*KNOWN, enabled=True) == {kind}
    assert kinds(enabled=True, force=True) == {kind}


@pytest.mark.parametrize(
    ("key", "kind", "endpoints"),
    [("serviceMonitor", "ServiceMonitor", "endpoints"), ("podMonitor", "PodMonitor", "podMetricsEndpoints")],
)
def test_a_monitor_says_what_was_written(helm: Path, key: str, kind: str, endpoints: str) -> None:
    relabelings = [{"action": "labeldrop", "regex": "pod"}]
    wish: dict[str, Any] = {
        "enabled": True,
        "interval": "7s",
        "scrapeTimeout": "5s",
        "labels": {"release": "prometheus"},
        "namespace": "monitoring",
        "relabelings": relabelings,
        "metricRelabelings": relabelings,
    }
    monitor = of_kind(rendered(helm, *KNOWN, **{key: wish}), kind)
    assert monitor["metadata"]["namespace"] == "monitoring"
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert monitor["spec"]["namespaceSelector"] == {"matchNames": ["default"]}
    assert monitor["spec"][endpoints] == [
        {
            "port": "metrics",
            "interval": "7s",
            "scrapeTimeout": "5s",
            "relabelings": relabelings,
            "metricRelabelings": relabelings,
        }
    ]


def test_the_monitors_select_what_the_chart_makes(helm: Path) -> None:
    wish = {"enabled": True}
    documents = rendered(helm, *KNOWN, serviceMonitor=wish, podMonitor=wish)
    service = of_kind(documents, "Service", "-metrics")["metadata"]["labels"]
    assert of_kind(documents, "ServiceMonitor")["spec"]["selector"]["matchLabels"].items() <= service.items()
    pod = labels_of_master(documents, "Job")
    assert of_kind(documents, "PodMonitor")["spec"]["selector"]["matchLabels"].items() <= pod.items()


def test_the_alerts_are_rules_that_prometheus_takes(helm: Path, promtool: Path, tmp_path: Path) -> None:
    rule = of_kind(rendered(helm, *KNOWN, prometheusRule={"enabled": True}), "PrometheusRule")
    (tmp_path / "rules.json").write_text(json.dumps(rule["spec"]))
    done = subprocess.run(
        [promtool, "check", "rules", tmp_path / "rules.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert "SUCCESS: 5 rules found" in done.stdout
    assert 'namespace="default"' in rule["spec"]["groups"][0]["rules"][0]["expr"]


def test_without_metrics_the_sidecar_only_keeps_results(helm: Path) -> None:
    documents = rendered(helm, enabled=False, serviceMonitor={"enabled": True, "force": True})
    assert not {"Service", *KINDS} & {one["kind"] for one in documents}
    (sidecar,) = pod_spec(of_kind(documents, "Job"))["initContainers"]
    assert "sidecar-packages" not in {mount["name"] for mount in sidecar["volumeMounts"]}


def test_without_published_results_the_sidecar_serves_metrics_without_a_token(helm: Path) -> None:
    documents = render(helm, {"loadTest": {"host": HOST}, "results": {"publish": False}})
    workload = of_kind(documents, "Job")
    (sidecar,) = pod_spec(workload)["initContainers"]
    assert "api-account" not in {mount["name"] for mount in sidecar["volumeMounts"]}
    assert "SWARMFILE_API_ACCOUNT" not in {one["name"] for one in sidecar["env"]}


def test_what_pip_installs_is_out_of_the_scripts_reach(helm: Path) -> None:
    workload = of_kind(rendered(helm, pipIndexUrl="http://index/simple"), "Job")
    (sidecar,) = pod_spec(workload)["initContainers"]
    assert {"name": "PIP_INDEX_URL", "value": "http://index/simple"} in sidecar["env"]
    assert "sidecar-packages" in {mount["name"] for mount in sidecar["volumeMounts"]}
    assert "sidecar-packages" not in {mount["name"] for mount in container(workload)["volumeMounts"]}


def test_grafanas_sidecar_finds_the_dashboards_by_their_label(helm: Path) -> None:
    wish = {"enabled": True, "label": "dash", "labelValue": "yes", "annotations": {"grafana_folder": "Load"}}
    made = of_kind(render(helm, {"loadTest": {"host": HOST}, "dashboards": wish}), "ConfigMap", "-dashboards")
    assert made["metadata"]["labels"]["dash"] == "yes"
    assert made["metadata"]["annotations"] == {"grafana_folder": "Load"}
    titles = {name: json.loads(text)["title"] for name, text in made["data"].items()}
    assert set(titles) == {"swarmfile-run.json", "swarmfile-compare.json"}


def test_no_dashboards_are_made_unless_wished_for(helm: Path) -> None:
    assert not [one for one in rendered(helm) if one["metadata"]["name"].endswith("-dashboards")]
