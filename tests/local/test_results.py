"""One run's numbers, in every file and at the target: they agree to the request."""

import csv
import html
import json
import re
import statistics
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from demo.process import RunningTarget
from swarmfile.results.names import BLOCKS
from swarmfile.stats.blocks import unpacked
from tests.local.swarm import PATIENT, State, Swarm, swarm
from tests.results_folder import RUN_FILES

SCRIPT = """
from locust import FastHttpUser, task

class Shopper(FastHttpUser):
    stop_timeout = 5

    @task(5)
    def home(self):
        self.client.get("/")

    @task(2)
    def product(self):
        self.client.get("/products/7", name="/products/[id]")

    @task
    def flaky(self):
        self.client.get("/flaky?rate=0.5", name="/flaky")

    @task
    def raises(self):
        self.client.get("/cart")
        raise ValueError("a fault of the script")
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, demo_target: RunningTarget) -> Iterator[tuple[Swarm, State]]:
    """A run of two workers, with what the target counted."""
    demo_target.forget()
    tags = {"SWARMFILE_TAGS": '{"branch": "main"}', "SWARMFILE_NOTE": "a note", "SWARMFILE_RUN": "smoke-it"}
    settings = {"validity": PATIENT | {"scriptErrors": "ignore"}}
    folder = tmp_path_factory.mktemp("run")
    with swarm(folder, demo_target.url, script=SCRIPT, environment=tags, settings=settings) as run:
        load = ("--users=12", "--spawn-rate=12", "--stop-timeout=5")
        run.start(*load, "--run-time=15s", "--autostart", "--autoquit=0")
        assert run.await_end(120) == 1, run.log()
        yield run, demo_target.counts()


def rows(run: Swarm, name: str) -> list[dict[str, str]]:
    with (run.run_folder() / name).open(newline="") as file:
        return list(csv.DictReader(file))


def report(run: Swarm) -> dict[str, Any]:
    """The data within Locust's HTML report."""
    text = (run.run_folder() / "report.html").read_text()
    found = re.search(r"window\.templateArgs\s*=\s*(\{.*?\})\s*;?\s*\n", text, re.DOTALL)
    assert found, "the report holds no data"
    data: dict[str, Any] = json.loads(html.unescape(found[1]))
    return data


def test_every_file_is_there(finished: tuple[Swarm, State]) -> None:
    run, _ = finished
    assert run.run_folder().name == "smoke-it"
    assert {path.name for path in run.run_folder().iterdir()} == RUN_FILES


def test_the_target_counted_what_was_reported(finished: tuple[Swarm, State]) -> None:
    run, counts = finished
    counted = {"/": "GET /", "/products/[id]": "GET /products/{id}", "/flaky": "GET /flaky", "/cart": "GET /cart"}
    reported = {endpoint["name"]: endpoint["requests"] for endpoint in run.metrics()["endpoints"]}
    assert reported == {name: counts["by_route"][route] for name, route in counted.items()}
    assert run.metrics()["totals"]["requests"] == sum(reported.values()) > 1000


def test_the_csv_files_agree_with_metrics_json(finished: tuple[Swarm, State]) -> None:
    run, _ = finished
    metrics = run.metrics()
    by_name = {row["Name"]: row for row in rows(run, "locust_stats.csv")}
    for endpoint in [*metrics["endpoints"], {**metrics["totals"], "name": "Aggregated"}]:
        row = by_name[endpoint["name"]]
        assert (int(row["Request Count"]), int(row["Failure Count"])) == (endpoint["requests"], endpoint["failures"])
        assert float(row["Average Response Time"]) == endpoint["average_ms"]
        percentiles = {"p50": row["50%"], "p95": row["95%"], "p99": row["99%"]}
        assert {name: float(value) for name, value in percentiles.items()} == pytest.approx(
            endpoint["percentiles_ms"], abs=1
        )
    last = rows(run, "locust_stats_history.csv")[-1]
    assert int(last["Total Request Count"]) == metrics["totals"]["requests"]
    assert int(last["Total Failure Count"]) == metrics["totals"]["failures"]
    failures = sum(int(row["Occurrences"]) for row in rows(run, "locust_failures.csv"))
    assert failures == metrics["totals"]["failures"] == sum(f["occurrences"] for f in metrics["failures"])


def test_the_html_report_agrees_with_metrics_json(finished: tuple[Swarm, State]) -> None:
    run, _ = finished
    metrics, data = run.metrics(), report(run)
    total = data["requests_statistics"][-1]
    assert total["name"] == "Aggregated"
    assert (total["num_requests"], total["num_failures"]) == (
        metrics["totals"]["requests"],
        metrics["totals"]["failures"],
    )
    assert total["response_time_percentile_0.95"] == metrics["totals"]["percentiles_ms"]["p95"]
    assert data["locustfile"] == "test.py"


def test_p95_is_the_same_number_everywhere(finished: tuple[Swarm, State]) -> None:
    run, _ = finished
    p95 = run.metrics()["totals"]["percentiles_ms"]["p95"]
    (asserted,) = (a["value"] for a in run.verdict()["assertions"] if a["assertion"].startswith("p95"))
    summary = (run.run_folder() / "summary.md").read_text()
    (all_row,) = (line for line in summary.splitlines() if line.startswith("| all |"))
    assert asserted == p95
    assert float(all_row.split("|")[6]) == p95
    assert float(rows(run, "locust_stats.csv")[-1]["95%"]) == pytest.approx(p95, abs=1)


def test_what_the_generator_spent_is_told(finished: tuple[Swarm, State]) -> None:
    run, _ = finished
    told = run.metrics()["generator"]
    assert told["cpu_us_per_request"] > 0
    assert told["requests_per_s_of_one_core"] == pytest.approx(1e6 / told["cpu_us_per_request"], rel=0.01)
    assert told["sentence"] in (run.run_folder() / "summary.md").read_text()


def test_exceptions_of_tasks_are_counted_over_all_workers(finished: tuple[Swarm, State]) -> None:
    run, counts = finished
    exceptions = rows(run, "locust_exceptions.csv")
    assert [row["Message"] for row in exceptions] == ["a fault of the script"]
    assert abs(int(exceptions[0]["Count"]) - counts["by_route"]["GET /cart"]) <= 12


def test_the_history_has_a_row_each_second(finished: tuple[Swarm, State]) -> None:
    run, _ = finished
    seconds = [int(row["Timestamp"]) for row in rows(run, "locust_stats_history.csv")]
    assert len(seconds) >= 14
    assert seconds == sorted(seconds)
    assert seconds[-1] - seconds[0] >= 14
    # A busy machine is late with single rows.
    assert statistics.median(later - earlier for earlier, later in pairwise(seconds)) == 1


def test_the_run_says_what_it_was_made_of(finished: tuple[Swarm, State]) -> None:
    run, _ = finished
    metrics = run.metrics()
    assert (metrics["run"], metrics["type"], metrics["ended"]) == ("smoke-it", "smoke", "completed")
    assert (metrics["tags"], metrics["note"]) == ({"branch": "main"}, "a note")
    assert {len(digest) for digest in metrics["digests"].values()} == {64}
    assert metrics["versions"]["locust"] == "2.47.0"
    assert metrics["load"]["planned_users"] == metrics["load"]["peak_users"] == 12
    assert metrics["load"]["delivered_share"] > 0.9
    assert [worker["reported"] for worker in metrics["workers"]] == [True, True]


def test_junit_counts_the_broken_assertion(finished: tuple[Swarm, State]) -> None:
    run, _ = finished
    suite = ET.parse(run.run_folder() / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")
    (failure,) = suite.iter("failure")
    assert failure.get("message") == run.verdict()["reasons"][0]


def test_a_full_disk_costs_the_files_but_not_the_verdict(tmp_path: Path, demo_target: RunningTarget) -> None:
    # A file where a folder should be fails as a full disk does: on each write.
    with swarm(tmp_path, demo_target.url) as run:
        run.results.write_text("")
        run.start_alone("--users=1", "--run-time=2s", "--headless")
        assert run.await_end() == 2
        assert "swarmfile: verdict INVALID " in run.log()
        assert "swarmfile: reason: results could not be written: " in run.log()


def test_the_blocks_add_up_to_the_same_numbers(finished: tuple[Swarm, State]) -> None:
    run, _ = finished
    folder = run.run_folder()
    blocks = unpacked((folder / BLOCKS).read_bytes())
    metrics = json.loads((folder / "metrics.json").read_text())
    counted = {f"{each['method']} {each['name']}": each["requests"] for each in metrics["endpoints"]}
    names = {name for block in blocks for name in block.endpoints}
    assert {name: sum(block.figures(name).requests for block in blocks) for name in names} == counted
    assert sum(block.total.requests for block in blocks) == metrics["totals"]["requests"]
    assert sum(block.length_s for block in blocks) == pytest.approx(metrics["elapsed_s"], abs=1)
