"""The Prometheus that an operator runs in the cluster: it finds our monitors, and scrapes what they name, by itself."""

import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cluster.cluster import Manifest, Namespace, run
from tests.metrics_queries import Prometheus

INTERVAL_S = 5
# What kube-prometheus-stack's Prometheus looks for by default.
MONITOR: Mapping[str, Any] = {
    "enabled": True,
    "interval": f"{INTERVAL_S}s",
    "scrapeTimeout": f"{INTERVAL_S}s",
    "labels": {"release": "prometheus"},
}
# Prometheus reads its configuration from a Secret's volume, which a kubelet refreshes after one to two minutes.
REFRESHED_WITHIN_S = 240
# The operator makes this Service beside each Prometheus.
SERVICE = "prometheus-operated"


@dataclass(frozen=True)
class Scraped:
    """The cluster's Prometheus, of which a test sees its own namespace."""

    server: Prometheus
    namespace: str

    def last(self, metric: str, condition: str = "", **labels: str) -> list[dict[str, str]]:
        """Returns the labels of every series of this namespace, and a condition on it, within the last minutes."""
        matchers = ",".join(f'{name}="{value}"' for name, value in {"namespace": self.namespace, **labels}.items())
        query = f"last_over_time(({metric}{{{matchers}}}{condition})[15m:1s])"
        return [each["metric"] for each in self.server.ask("query", query=query)]

    def targets(self) -> dict[str, Manifest]:
        """Returns what is scraped in this namespace, by the monitor that asked for it."""
        with urllib.request.urlopen(f"{self.server.url}/api/v1/targets?state=active") as answer:
            active = json.load(answer)["data"]["activeTargets"]
        own = [one for one in active if one["labels"].get("namespace") == self.namespace]
        return {one["scrapePool"]: one for one in own}

    def scrapes(self, monitors: set[str]) -> bool:
        """Whether each of these monitors has a target that answers."""
        found = self.targets()
        return all(name in found and found[name]["health"] == "up" for name in monitors)


@contextmanager
def scraping(namespace: Namespace, monitors: set[str]) -> Iterator[Scraped]:
    """Awaits the first scrape for each of these monitors. Skips without a Prometheus; in CI that is a failure."""
    with forwarded(service_namespace()) as url:
        found = Scraped(Prometheus(url, time.time()), namespace.name)
        namespace.until(lambda: found.scrapes(monitors), f"scrapes of {monitors}", REFRESHED_WITHIN_S)
        yield found


def service_namespace() -> str:
    """Returns the namespace of the operator's first Prometheus."""
    services = json.loads(run("kubectl", "get", "services", "-A", "-l", "operated-prometheus=true", "-o", "json"))
    found = [one["metadata"]["namespace"] for one in services["items"]]
    if not found:
        missing = "no Prometheus that an operator runs is in the cluster"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    return str(found[0])


@contextmanager
def forwarded(namespace: str) -> Iterator[str]:
    """Forwards a port of this machine to Prometheus. Yields its address."""
    command = ["kubectl", "port-forward", "-n", namespace, f"service/{SERVICE}", ":9090"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            begin = re.search(r"127\.0\.0\.1:\d+", process.stdout.readline())
            assert begin, f"{' '.join(command)} forwards nothing"
            yield f"http://{begin[0]}"
        finally:
            process.kill()
