"""What a real Prometheus is asked about a run: every query of our dashboards and of the known ones."""

import json
import math
import re
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from swarmfile.cli.local.ports import free_port
from swarmfile.definition.metrics import BUCKETS_S
from tests.waiting import wait_until
from tools.dashboards import FOLDER

SCRIPT = """
from swarmfile.stats.values import record
from locust import HttpUser, constant_throughput, task

class Shopper(HttpUser):
    wait_time = constant_throughput(5)

    @task(4)
    def home(self):
        record("depth", 3)
        self.client.get("/")

    @task
    def missing(self):
        self.client.get("/nothing-there")
"""
SETTINGS = {
    "stages": [{"name": "base", "users": 4, "spawnRate": 4, "duration": "14s"}],
    "assertions": {"p95ThresholdMs": 5000, "errorRateThreshold": 0.5},
}
BY_ENDPOINT = (
    *("avg_content_length", "min_response_time", "max_response_time", "avg_response_time", "median_response_time"),
    *("num_failures", "current_fail_per_sec", "num_requests", "current_rps"),
)
KNOWN = (
    "locust_running",
    "locust_users",
    "sum(locust_requests_current_rps)",
    'locust_requests_num_requests{method=~""}',
    "locust_requests_fail_ratio",
    "locust_workers_count",
    'locust_requests_num_failures{method=~""}',
    *(f'sum(locust_requests_{name}{{method=~".+"}}) by (method, name)' for name in BY_ENDPOINT),
    "sum(locust_errors) by (method, name, error)",
    *(f"avg(locust_requests_{name}_response_time)" for name in ("max", "min", "avg", "median")),
    "locust_requests_current_response_time_percentile_95",
    "locust_requests_current_response_time_percentile_50",
    'rate(locust_requests_num_requests{method=~".+"}[1m])',
    'sum(rate(locust_requests_num_requests{method=~".+"}[1m]))',
    "locust_requests_fail_ratio * 100",
    "locust_requests_response_time_percentile_95",
    "locust_requests_response_time_percentile_99",
    "locust_user_count",
    "locust_total_rps",
    "locust_total_fail_per_sec",
    "locust_total_avg_response_time",
    "locust_fail_ratio",
    "locust_current_response_time_percentile_50",
    "locust_current_response_time_percentile_95",
    "locust_workers",
    "locust_state",
    "locust_worker_detail",
)


@dataclass(frozen=True)
class Prometheus:
    """A real one, asked by its API."""

    url: str
    began_s: float

    def ask(self, path: str, **parameters: object) -> list[Any]:
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}") as answer:
            found: list[Any] = json.load(answer)["data"]["result"]
            return found

    def now(self, query: str) -> float:
        """Waits for the only value: a scrape that a busy machine was too slow for leaves none until the next one."""
        found = wait_until(lambda: self.ask("query", query=query), lambda: f"a value of {query}")
        ((_, value),) = [each["value"] for each in found]
        return float(value)

    def over_time(self, query: str) -> list[float]:
        """All numbers that the query ever had."""
        series = self.ask("query_range", query=query, start=self.began_s, end=time.time(), step=1)
        return [float(value) for each in series for _, value in each["values"] if not math.isnan(float(value))]

    def answers(self) -> bool:
        try:
            return self.ask("query", query="vector(1)") != []
        except OSError:
            return False


@contextmanager
def prometheus_server(program: Path, folder: Path, config: Mapping[str, Any], *flags: str) -> Iterator[Prometheus]:
    """Starts a Prometheus on a free port, and ends it."""
    (folder / "prometheus.json").write_text(json.dumps(config))
    found = Prometheus(f"http://127.0.0.1:{free_port()}", time.time())
    own = [f"--web.listen-address={found.url.removeprefix('http://')}", f"--storage.tsdb.path={folder / 'tsdb'}"]
    command: list[str | Path] = [program, f"--config.file={folder / 'prometheus.json'}", *own, *flags]
    with (folder / "prometheus.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until(found.answers, lambda: f"Prometheus answers:\n{(folder / 'prometheus.log').read_text()}")
        yield found
    finally:
        server.kill()
        server.wait()


def ours() -> Iterator[Any]:
    """Yields each query of dashboards/ as a case, named by its panel or annotation."""
    for path in sorted(FOLDER.glob("*.json")):
        board = json.loads(path.read_text())
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield pytest.param(target["expr"], id=f"{path.stem}: {panel['title']} {target['refId']}")
        for moment in board["annotations"]["list"]:
            yield pytest.param(moment["expr"], id=f"{path.stem}: {moment['name']}")


def filled(query: str, variables: Mapping[str, str]) -> str:
    """Returns the query as Grafana would send it."""
    return re.sub(r"\$\w+", lambda match: variables[match[0]], query)


def is_within_one_bucket(told_s: float, exact_s: float) -> bool:
    """Whether what a histogram tells lies in the bucket of the exact number, or in the one beside it."""
    bounds = [0.0, *BUCKETS_S]
    index = next(index for index, bound in enumerate(bounds) if exact_s <= bound)
    return bounds[max(0, index - 2)] <= told_s <= bounds[min(index + 1, len(bounds) - 1)]
