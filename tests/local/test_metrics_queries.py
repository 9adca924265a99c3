"""Every query of our dashboards and of the known ones, asked of a real Prometheus that scraped a real run."""

import json
import math
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lib.metrics_settings import BUCKETS_S

from demo.process import RunningTarget
from tests.local.swarm import Swarm, free_port, swarm, wait_until
from tools.dashboards import FOLDER

SCRIPT = """
from lib.values import record
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
VARIABLES = {
    "$__rate_interval": "10s",
    "$__range": "60s",
    "$job": ".+",
    "$instance": ".+",
    "$namespace": ".*",
    "$run": ".+",
    "$endpoint": ".*",
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
    """A Prometheus that scrapes one exporter each second."""

    url: str
    began_s: float

    def ask(self, path: str, **parameters: object) -> list[Any]:
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}") as answer:
            found: list[Any] = json.load(answer)["data"]["result"]
            return found

    def now(self, query: str) -> float:
        """The only value of the last minute."""
        ((_, value),) = [each["value"] for each in self.ask("query", query=query)]
        return float(value)

    def over_time(self, query: str) -> list[float]:
        """All numbers that the query ever had."""
        series = self.ask("query_range", query=query, start=self.began_s, end=time.time(), step=1)
        return [float(value) for each in series for _, value in each["values"] if not math.isnan(float(value))]


@contextmanager
def scraping(prometheus: Path, folder: Path, master: str) -> Iterator[Prometheus]:
    """Starts an exporter and a Prometheus, and ends them."""
    port, own = free_port(), free_port()
    target = {"job_name": "swarmfile", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
    scrape = {"global": {"scrape_interval": "1s"}, "scrape_configs": [target]}
    (folder / "prometheus.json").write_text(json.dumps(scrape))
    variables = {**os.environ, "SWARMFILE_MASTER": master, "SWARMFILE_PORT": str(port)}
    with (folder / "prometheus.log").open("wb") as log:
        exporter = subprocess.Popen(
            [sys.executable, "-c", "from lib.metrics_process import main; main()"],
            env=variables,
            stdout=log,
            stderr=log,
        )
        own_address = [f"--web.listen-address=127.0.0.1:{own}", f"--storage.tsdb.path={folder / 'tsdb'}"]
        server = subprocess.Popen(
            [prometheus, f"--config.file={folder / 'prometheus.json'}", *own_address], stdout=log, stderr=log
        )
    found = Prometheus(f"http://127.0.0.1:{own}", time.time())
    try:
        wait_until(lambda: _answers(found), lambda: "Prometheus answers")
        yield found
    finally:
        for process in (server, exporter):
            process.kill()
            process.wait()


def _answers(prometheus: Prometheus) -> bool:
    try:
        return bool(prometheus.ask("query", query="swarmfile_up"))
    except OSError:
        return False


@pytest.fixture(scope="module")
def ran(
    prometheus: Path, demo_target: RunningTarget, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Prometheus, Swarm]]:
    """A run that ended and was scraped to its verdict; its master still answers."""
    folder = tmp_path_factory.mktemp("metrics")
    with ExitStack() as stack:
        one = stack.enter_context(swarm(folder, demo_target.url, script=SCRIPT, settings=SETTINGS))
        server = stack.enter_context(scraping(prometheus, folder, f"http://127.0.0.1:{one.web_port}"))
        one.start("--autostart")
        one.await_verdict()
        wait_until(lambda: server.over_time("swarmfile_verdict"), lambda: "the verdict is scraped")
        yield server, one


def ours() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.json")):
        board = json.loads(path.read_text())
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield pytest.param(target["expr"], id=f"{path.stem}: {panel['title']} {target['refId']}")
        for moment in board["annotations"]["list"]:
            yield pytest.param(moment["expr"], id=f"{path.stem}: {moment['name']}")


def filled(query: str) -> str:
    return re.sub(r"\$\w+", lambda match: VARIABLES[match[0]], query)


@pytest.mark.parametrize("query", list(ours()))
def test_every_query_of_our_dashboards_has_data(ran: tuple[Prometheus, Swarm], query: str) -> None:
    assert ran[0].over_time(filled(query))


@pytest.mark.parametrize("query", KNOWN)
def test_every_query_of_the_known_dashboards_has_data(ran: tuple[Prometheus, Swarm], query: str) -> None:
    assert ran[0].over_time(query)


def test_requests_and_failures_are_exact(ran: tuple[Prometheus, Swarm]) -> None:
    server, one = ran
    totals = one.metrics()["totals"]
    assert server.now("sum(swarmfile_requests_total)") == totals["requests"] > 0
    assert server.now("sum(swarmfile_failures_total)") == totals["failures"] > 0
    assert server.now('locust_requests_num_requests{method=""}') == totals["requests"]
    assert server.now("sum(swarmfile_request_duration_seconds_count)") == totals["requests"]
    milliseconds = server.now("sum(swarmfile_request_duration_seconds_sum)") * 1000
    assert milliseconds / totals["requests"] == pytest.approx(totals["average_ms"])


@pytest.mark.parametrize("percent", [50, 95, 99])
def test_percentiles_lie_in_the_bucket_of_locusts(ran: tuple[Prometheus, Swarm], percent: int) -> None:
    server, one = ran
    exact_s = one.metrics()["totals"]["percentiles_ms"][f"p{percent}"] / 1000
    told_s = server.now(f"histogram_quantile({percent / 100}, sum by (le) (swarmfile_request_duration_seconds_bucket))")
    bounds = [0.0, *BUCKETS_S]
    index = next(index for index, bound in enumerate(bounds) if exact_s <= bound)
    assert bounds[max(0, index - 2)] <= told_s <= bounds[min(index + 1, len(bounds) - 1)]


def test_a_scripts_values_are_told_and_are_no_requests(ran: tuple[Prometheus, Swarm]) -> None:
    server, one = ran
    (value,) = one.metrics()["values"]
    assert (value["name"], value["minimum"], value["maximum"]) == ("depth", 3, 3)
    assert server.now('swarmfile_value_count{value="depth"}') == value["count"] > 0
    assert server.now("sum(swarmfile_requests_total)") == one.metrics()["totals"]["requests"]


def test_counters_never_went_back(ran: tuple[Prometheus, Swarm]) -> None:
    resets = ran[0].over_time('sum(resets({__name__=~"swarmfile_(requests|failures)_total"}[60s]))')
    assert set(resets) == {0}


def test_nothing_runs_any_more_after_the_end(ran: tuple[Prometheus, Swarm]) -> None:
    server, _ = ran
    assert server.now("swarmfile_users") == server.now("locust_total_rps") == server.now("locust_running") == 0
    assert server.now('swarmfile_verdict{outcome="PASS"}') == 1


def test_a_killed_master_leaves_no_number_behind(ran: tuple[Prometheus, Swarm]) -> None:
    server, one = ran
    assert one.master
    one.master.kill()
    wait_until(lambda: server.now("swarmfile_up") == 0, lambda: "the exporter notices")
    wait_until(
        lambda: not server.ask("query", query='{__name__=~"swarmfile_users|locust_users"}'), lambda: "stale numbers go"
    )
