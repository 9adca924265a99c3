"""What the cluster's Prometheus finds by our monitors, and what is then known of a run (see scraping.py)."""

import base64
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import package_index
from tests.cluster.cluster import Manifest, Namespace, fresh_namespace, run
from tests.cluster.environments import SHORT, Environment
from tests.cluster.environments import SMALL as SMALL_ENVIRONMENT
from tests.cluster.scraping import INTERVAL_S, MONITOR, Scraped, scraping
from tests.metrics_queries import SCRIPT, filled, is_within_one_bucket, ours
from tests.results_folder import RUN_FILES

pytestmark = pytest.mark.timeout(600)
INDEX = "index"
INDEX_POD = """
apiVersion: v1
kind: Pod
metadata: {name: index, labels: {app: index}}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: index
      image: locustio/locust:2.47.0
      command: [python3, -m, http.server, "8080", --directory=/index]
      readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
      resources: {requests: {cpu: 10m, memory: 32Mi}}
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      volumeMounts: [{name: index, mountPath: /index}]
  volumes: [{name: index, configMap: {name: index, items: ITEMS}}]
---
apiVersion: v1
kind: Service
metadata: {name: index}
spec: {selector: {app: index}, ports: [{port: 80, targetPort: 8080}]}
"""
SMALL = {"resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}
REFUSED = """
import urllib.error, urllib.request as u
try:
    u.urlopen('http://127.0.0.1:9646/metrics')
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
"""


def definition(target: str, metrics: dict[str, Any], **values: object) -> dict[str, Any]:
    """Values of a run that is long enough to be scraped, judged by nothing that depends on a busy machine."""
    stages = [{"name": "base", "users": 4, "spawnRate": 4, "duration": "30s"}]
    lenient = {
        "assertions": {"p95ThresholdMs": 60000, "errorRateThreshold": 0.5},
        "validity": {"generatorSaturated": "ignore"},
    }
    own = {"loadTest": {"host": target}, "stages": stages, "locustfile": {"inline": SCRIPT}, "metrics": metrics}
    return SMALL | {"workers": {"replicas": 1} | SMALL} | lenient | own | values


@pytest.fixture(scope="module")
def index(namespace: Namespace) -> str:
    """A package index in the cluster; the pods' image lacks prometheus-client."""
    content = {path.replace("/", "."): base64.b64encode(each).decode() for path, each in package_index.files().items()}
    config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": INDEX}, "binaryData": content}
    items = [{"key": path.replace("/", "."), "path": path} for path in package_index.files()]
    namespace.kubectl("apply", "-f", "-", stdin=json.dumps(config_map))
    namespace.kubectl("apply", "-f", "-", stdin=INDEX_POD.replace("ITEMS", json.dumps(items)))
    namespace.kubectl("wait", "--for=condition=Ready", f"pod/{INDEX}", "--timeout=2m")
    return f"http://{INDEX}.{namespace.name}.svc.cluster.local/simple"


@pytest.fixture(scope="module", autouse=True)
def bare(namespace: Namespace, target: str) -> str:
    """A release whose exporter finds no package index; it runs while others are looked at."""
    nowhere = {"pipIndexUrl": "http://127.0.0.1:9/simple"}
    load = {"host": target, "users": 2, "spawnRate": 2, "runTime": "5s", "autostart": True}
    alone = {"mode": "deployment", "type": "bare", "workers": {"replicas": 0}, "loadTest": load, "stages": []}
    namespace.install("bare", definition(target, nowhere, **alone))
    return "bare"


@dataclass(frozen=True)
class Ran:
    """A run that is over, what Prometheus has of it, and its own metrics.json."""

    prometheus: Scraped
    run: str
    outcome: str
    totals: Manifest
    variables: dict[str, str]


@pytest.fixture(scope="module")
def scraped(namespace: Namespace, target: str, index: str) -> Iterator[Scraped]:
    """A Job with a ServiceMonitor that runs now, and a master with a PodMonitor that waits.

    The ServiceMonitor is there before its Job: a run could be over before Prometheus has read of a new one.
    """
    metrics = {"pipIndexUrl": index}
    quiet = {"mode": "deployment", "workers": {"replicas": 0}}
    namespace.install("pod", definition(target, metrics | {"podMonitor": MONITOR}, **quiet))
    # By itself it would stay for ten seconds: on a busy machine last reports and a scrape take as long.
    lingering = {"serviceMonitor": MONITOR, "lingerS": 30}
    namespace.install("job", definition(target, metrics | lingering, **quiet))
    monitors = {
        f"serviceMonitor/{namespace.name}/job-swarmfile/0",
        f"podMonitor/{namespace.name}/pod-swarmfile/0",
    }
    with scraping(namespace, monitors) as found:
        namespace.install("job", definition(target, metrics | lingering))
        namespace.until(lambda: scrapes_job(namespace, found), "scrape of the Job's pod")
        yield found


def scrapes_job(namespace: Namespace, found: Scraped) -> bool:
    """Whether the Job's pod is scraped, no longer that of the Deployment that it came after."""
    target = found.targets().get(f"serviceMonitor/{namespace.name}/job-swarmfile/0")
    if target is None or target["health"] != "up":
        return False
    return str(target["labels"]["pod"]).startswith(f"{namespace.job('job')['metadata']['name']}-")


@pytest.fixture(scope="module")
def ran(namespace: Namespace, scraped: Scraped, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    log, folder = namespace.ended("job"), tmp_path_factory.mktemp("results")
    verdict = re.search(r"swarmfile: verdict (\S+) (\S+)", log)
    assert verdict, log
    outcome, name = verdict.groups()
    run(sys.executable, "-m", "swarmfile", "results", name, "-n", namespace.name, "-o", str(folder))
    totals = json.loads((folder / "metrics.json").read_text())["totals"]
    (labels,) = scraped.last("swarmfile_run_info", run=name)
    known = {f"${name}": labels[name] for name in ("job", "instance", "namespace", "run")}
    moments = {"$__rate_interval": f"{4 * INTERVAL_S}s", "$__range": "120s", "$endpoint": ".*"}
    return Ran(scraped, name, outcome, totals, known | moments)


def test_both_kinds_of_monitor_are_scraped_as_they_say(scraped: Scraped) -> None:
    targets = scraped.targets()
    assert len(targets) == 2
    for target in targets.values():
        assert (target["scrapeInterval"], target["scrapeTimeout"]) == (f"{INTERVAL_S}s", f"{INTERVAL_S}s")


def test_both_kinds_of_monitor_find_their_master(namespace: Namespace, ran: Ran) -> None:
    up = {each["job"]: each for each in ran.prometheus.last("up", " == 1")}
    assert up.keys() == {"job-swarmfile-metrics", f"{namespace.name}/pod-swarmfile"}
    assert {each["endpoint"] for each in up.values()} == {"metrics"}


@pytest.mark.parametrize("query", list(ours()))
def test_every_query_of_our_dashboards_has_data(ran: Ran, query: str) -> None:
    assert ran.prometheus.server.over_time(filled(query, ran.variables))


def test_the_verdict_is_scraped_before_the_jobs_pod_ends(ran: Ran) -> None:
    (verdict,) = ran.prometheus.last("swarmfile_verdict", " == 1")
    assert (verdict["run"], verdict["outcome"]) == (ran.run, ran.outcome)


def test_a_worker_is_known_by_its_kubernetes_node(namespace: Namespace, ran: Ran) -> None:
    nodes = {pod["spec"]["nodeName"] for pod in namespace.pods("job", "worker")}
    told = {each["node"] for each in ran.prometheus.last("swarmfile_worker_heartbeat_age_seconds")}
    # Before its first report, at most 3 s, it is known by its host name.
    assert nodes <= told


def test_requests_and_failures_are_exactly_locusts(ran: Ran) -> None:
    of_run = f'run="{ran.run}"'
    for metric, count in (("requests", ran.totals["requests"]), ("failures", ran.totals["failures"])):
        assert ran.prometheus.server.now(f"sum(last_over_time(swarmfile_{metric}_total{{{of_run}}}[15m]))") == count > 0
    counted = f"sum(last_over_time(swarmfile_request_duration_seconds_count{{{of_run}}}[15m]))"
    assert ran.prometheus.server.now(counted) == ran.totals["requests"]


@pytest.mark.parametrize("percent", [50, 95, 99])
def test_percentiles_are_locusts_within_a_bucket(ran: Ran, percent: int) -> None:
    last = f'last_over_time(swarmfile_request_duration_seconds_bucket{{run="{ran.run}"}}[15m])'
    told_s = ran.prometheus.server.now(f"histogram_quantile({percent / 100}, sum by (le) ({last}))")
    exact_s = ran.totals["percentiles_ms"][f"p{percent}"] / 1000
    assert is_within_one_bucket(told_s, exact_s), (told_s, exact_s)


def test_without_prometheus_client_metrics_say_why_and_results_are_kept(namespace: Namespace, bare: str) -> None:
    pod = namespace.ready(bare)
    refused = namespace.until(
        lambda: said if "installed" in (said := namespace.python(pod, REFUSED)) else None, "reason for no metrics"
    )
    assert refused.startswith("503 no metrics: prometheus-client is not there and could not be installed: pip: ")
    heads = "swarmfile.io/type=bare,swarmfile.io/verdict in (PASS, FAIL, INVALID)"
    (head,) = namespace.until(lambda: namespace.get("configmaps", heads), "verdict")
    assert json.loads(head["data"]["run.json"])["files"].keys() >= RUN_FILES


@pytest.fixture
def environment(
    upstream_chart: str, namespace: Namespace, target: str, helmfile: Path, index: str
) -> Iterator[Environment]:
    """A test type with upstream's master and workers, deployed by helmfile, with a ServiceMonitor."""
    monitor = {f"metrics.serviceMonitor.{key}": str(value) for key, value in MONITOR.items() if key != "labels"}
    metrics = {**monitor, "metrics.serviceMonitor.labels.release": "prometheus", "metrics.pipIndexUrl": index}
    sets = SMALL_ENVIRONMENT | SHORT | metrics | {"loadTest.runTime": "10s", "upstream.worker.replicas": "1"}
    with fresh_namespace(namespace.helm_path) as own:
        one = Environment("smoke", own, helmfile, f"{target}.{namespace.name}", sets)
        one.apply()
        yield one


def test_an_environments_run_is_scraped_to_its_verdict(environment: Environment) -> None:
    own = environment.namespace
    with scraping(own, {f"serviceMonitor/{own.name}/locust-config-swarmfile/0"}) as found:
        verdict = environment.verdict()
        (told,) = own.until(lambda: found.last("swarmfile_verdict", " == 1"), "verdict in Prometheus")
        assert (told["run"], told["outcome"]) == (verdict["run"], verdict["outcome"])
        assert told["job"] == "locust-config-swarmfile-metrics"
        requests = found.server.now(f'sum(last_over_time(swarmfile_requests_total{{namespace="{own.name}"}}[5m]))')
        assert requests == environment.state()["requests"] > 0
