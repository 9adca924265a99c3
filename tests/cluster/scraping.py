"""A Prometheus that gets what a real operator's configuration makes of our monitors.

The operator and its configuration are real, and so are discovery, scrapes, storage and queries; but they are two
programs. Debian's Prometheus is built without discovery of Kubernetes: the one that the operator runs here refuses the
configuration that the operator writes for it. So vmagent, which reads the same configuration, discovers and scrapes,
and hands each sample to that Prometheus. What it reads is the operator's Secret, with one key more: a kubeconfig, since
it runs in no pod.
"""

import base64
import gzip
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from swarmfile.cli.local.ports import free_port
from tests import tools
from tests.cluster.cluster import Manifest, Namespace, run
from tests.metrics_queries import Prometheus, prometheus_server

WRITTEN = "prometheus.yaml.gz"
INTERVAL_S = 5
# What kube-prometheus-stack's Prometheus looks for by default.
MONITOR: Mapping[str, Any] = {
    "enabled": True,
    "interval": f"{INTERVAL_S}s",
    "scrapeTimeout": f"{INTERVAL_S}s",
    "labels": {"release": "prometheus"},
}


def require() -> Path:
    """Returns vmagent. Skips the test without it or without an operator; in CI that is a failure."""
    missing = "" if tools.vmagent() else "vmagent is missing: run `make tools`"
    if not run("kubectl", "get", "crd", "servicemonitors.monitoring.coreos.com", "--ignore-not-found"):
        missing = "the cluster has no Prometheus operator"
    if missing:
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    program = tools.vmagent()
    assert program
    return program


def written(namespace: Namespace) -> dict[str, Manifest]:
    """Returns the scrape jobs for this namespace, by name, as the operator wrote them."""
    listed = run("kubectl", "get", "secrets", "-A", "-l", "managed-by=prometheus-operator", "-o", "json")
    contents = [secret.get("data", {}) for secret in json.loads(listed)["items"]]
    texts = [content[WRITTEN] for content in contents if WRITTEN in content]
    configurations = [yaml.safe_load(as_reloaded(gzip.decompress(base64.b64decode(text)))) for text in texts]
    jobs = [job for configuration in configurations for job in configuration["scrape_configs"]]
    return {job["job_name"]: job for job in jobs if f"/{namespace.name}/" in job["job_name"]}


def as_reloaded(text: bytes) -> str:
    """Fills in what the operator's config reloader does, from the environment of Prometheus' first pod."""
    return text.decode().replace("$(SHARD)", "0").replace("$(POD_NAME)", "prometheus-0")


@dataclass(frozen=True)
class Scraped:
    """A Prometheus, and the jobs that fill it."""

    server: Prometheus
    jobs: Mapping[str, Manifest]

    def last(self, query: str) -> list[dict[str, str]]:
        """Returns the labels of every series that the query ever had."""
        return [each["metric"] for each in self.server.ask("query", query=f"last_over_time(({query})[15m:1s])")]


@contextmanager
def scraping(namespace: Namespace, monitors: set[str], prometheus: Path, folder: Path) -> Iterator[Scraped]:
    """Awaits the operator's jobs for these monitors, and scrapes them until it is left."""
    program = require()
    jobs = namespace.until(lambda: found if monitors <= (found := written(namespace)).keys() else None, str(monitors))
    receiver = prometheus_server(prometheus, folder, {}, "--web.enable-remote-write-receiver")
    with receiver as server, (folder / "vmagent.log").open("wb") as log:
        (folder / "vmagent.yaml").write_text(
            yaml.safe_dump({"scrape_configs": [reachable(job) for job in jobs.values()]})
        )
        flags = [f"-promscrape.config={folder / 'vmagent.yaml'}", "-promscrape.config.strictParse=false"]
        flags += [f"-remoteWrite.url={server.url}/api/v1/write", f"-remoteWrite.tmpDataPath={folder / 'queue'}"]
        flags += [f"-httpListenAddr=127.0.0.1:{free_port()}", "-promscrape.kubernetesSDCheckInterval=1s"]
        agent = subprocess.Popen([program, *flags], stdout=log, stderr=log)
        try:
            yield Scraped(server, jobs)
        finally:
            agent.kill()
            agent.wait()


def reachable(job: Manifest) -> Manifest:
    """Returns the job with the one key that vmagent needs outside of a pod."""
    kubeconfig = os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    return job | {
        "kubernetes_sd_configs": [one | {"kubeconfig_file": kubeconfig} for one in job["kubernetes_sd_configs"]]
    }
