"""Every query of our dashboards and of the known ones, asked of a real Prometheus that scraped a real run."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from demo.process import RunningTarget
from swarmfile.cli.local.ports import free_port
from tests.local.swarm import Swarm, swarm
from tests.metrics_queries import (
    KNOWN,
    SCRIPT,
    SETTINGS,
    Prometheus,
    filled,
    is_within_one_bucket,
    ours,
    prometheus_server,
)
from tests.waiting import wait_until

VARIABLES = {
    "$__rate_interval": "10s",
    "$__range": "60s",
    "$job": ".+",
    "$instance": ".+",
    "$namespace": ".*",
    "$run": ".+",
    "$endpoint": ".*",
}


@contextmanager
def scraping(prometheus: Path, folder: Path, master: str) -> Iterator[Prometheus]:
    """Starts an exporter and a Prometheus that scrapes it each second, and ends them."""
    port = free_port()
    target = {"job_name": "swarmfile", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
    config = {"global": {"scrape_interval": "1s"}, "scrape_configs": [target]}
    variables = {**os.environ, "SWARMFILE_MASTER": master, "SWARMFILE_PORT": str(port)}
    command = [sys.executable, "-c", "from swarmfile.metrics.process import main; main()"]
    with (folder / "exporter.log").open("wb") as log:
        exporter = subprocess.Popen(command, env=variables, stdout=log, stderr=log)
    try:
        with prometheus_server(prometheus, folder, config) as server:
            wait_until(lambda: server.ask("query", query="swarmfile_up"), lambda: "the exporter is scraped")
            yield server
    finally:
        exporter.kill()
        exporter.wait()


@pytest.fixture(scope="module")
def ran(
    prometheus: Path, demo_target: RunningTarget, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Prometheus, Swarm]]:
    """A run that ended and was scraped to its verdict; its master still answers."""
    folder = tmp_path_factory.mktemp("metrics")
    with ExitStack() as stack:
        one = stack.enter_context(swarm(folder, demo_target.url, script=SCRIPT, settings=SETTINGS))
        server = stack.enter_context(scraping(prometheus, folder, one.url))
        one.start("--autostart")
        one.await_verdict()
        wait_until(lambda: server.over_time("swarmfile_verdict"), lambda: "the verdict is scraped")
        yield server, one


@pytest.mark.parametrize("query", list(ours()))
def test_every_query_of_our_dashboards_has_data(ran: tuple[Prometheus, Swarm], query: str) -> None:
    assert ran[0].over_time(filled(query, VARIABLES))


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


def test_rates_are_those_of_locusts_own_total(ran: tuple[Prometheus, Swarm]) -> None:
    """Both counters in the same scrapes, over the same windows: no clock of this machine decides."""
    total = 'sum(rate(locust_requests_num_requests{method=""}[10s]) > 0)'
    # A window in which an endpoint appeared lacks what came before its first scrape.
    whole = "and on() (min(count_over_time(swarmfile_requests_total[11s])) == max(count_over_time(swarmfile_up[11s])))"
    ratios = ran[0].over_time(f"sum(rate(swarmfile_requests_total[10s])) / {total} {whole}")
    assert ratios
    assert statistics.median(ratios) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("percent", [50, 95, 99])
def test_percentiles_lie_in_the_bucket_of_locusts(ran: tuple[Prometheus, Swarm], percent: int) -> None:
    server, one = ran
    exact_s = one.metrics()["totals"]["percentiles_ms"][f"p{percent}"] / 1000
    told_s = server.now(f"histogram_quantile({percent / 100}, sum by (le) (swarmfile_request_duration_seconds_bucket))")
    assert is_within_one_bucket(told_s, exact_s), (told_s, exact_s)


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
