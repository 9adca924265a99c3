"""Each example runs under plain Locust against the real demo target, and both tell the same numbers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.process import RunningTarget, running_target
from swarmfile.cli.local.staging import PACKAGE

EXAMPLES = Path(__file__).parents[2] / "examples"
PLUGIN = PACKAGE / "plugin.py"
BATCH_DATA = EXAMPLES / "batch" / "data"
QUICK_POLLS = {"BATCH_POLL_FIRST_S": "0.05", "BATCH_POLL_MAX_S": "0.2"}


@dataclass(frozen=True)
class Run:
    """What Locust said at the end."""

    exit_code: int
    statistics: list[dict[str, Any]]
    log: str

    @property
    def requests(self) -> dict[str, int]:
        return {entry["name"]: entry["num_requests"] for entry in self.statistics}

    @property
    def failures(self) -> dict[str, int]:
        return {entry["name"]: entry["num_failures"] for entry in self.statistics if entry["num_failures"]}


def run_locust(script: str, host: str, environment: Mapping[str, str] | None = None, run_time_s: int = 3) -> Run:
    """Runs a script with four users; the stop timeout lets each finish the task it is in."""
    command = [sys.executable, "-m", "locust", "--locustfile", str(EXAMPLES / script), "--headless", "--json"]
    load = ["--users", "4", "--spawn-rate", "4", "--run-time", f"{run_time_s}s", "--stop-timeout", "60"]
    surroundings = {**os.environ, "LOCUST_HOST": host, **(environment or {})}
    done = subprocess.run([*command, *load], env=surroundings, capture_output=True, text=True, timeout=200, check=False)
    return Run(done.returncode, json.loads(done.stdout), done.stderr)


def path_count(counts: Mapping[str, Any], *routes: str) -> int:
    return sum(counts["by_route"].get(route, 0) for route in routes)


@pytest.fixture(scope="module")
def shop() -> Iterator[RunningTarget]:
    with running_target("--batch-duration-s", "0.4", "--batch-line-failure-rate", "0.1") as target:
        yield target


def test_the_simple_api_is_counted_alike_on_both_sides(target: RunningTarget) -> None:
    run = run_locust("simple-api/simple_api.py", target.url)
    counts = target.counts()
    assert (run.exit_code, run.failures) == (0, {}), run.log
    assert counts["total"] == sum(run.requests.values()) > 0
    assert path_count(counts, "GET /products/{id}") == run.requests.get("GET /products/[id]", 0)
    assert path_count(counts, "POST /cart") == path_count(counts, "POST /orders")


def test_the_pages_of_the_arrivals_are_counted_alike_on_both_sides(target: RunningTarget) -> None:
    run = run_locust("arrivals/arrivals.py", target.url, run_time_s=1)
    counts = target.counts()
    assert (run.exit_code, run.failures) == (0, {}), run.log
    assert counts["total"] == sum(run.requests.values()) > 0
    assert path_count(counts, "GET /products/{id}") == run.requests.get("/products/[id]", 0)


def test_the_authenticated_api_works_with_credentials_that_the_script_never_sees(tmp_path: Path) -> None:
    (tmp_path / "username").write_text("alice")
    (tmp_path / "password").write_text("s3cret")
    scripts = "authenticated-api/authenticated_api.py"
    with running_target(environment={"DEMO_BASIC_AUTH": "alice:s3cret"}) as target:
        refused = run_locust(scripts, target.url, run_time_s=1)
        assert refused.failures == refused.requests
        target.forget()
        secret = {"SWARMFILE_AUTH": str(tmp_path), "SWARMFILE_RESULTS": str(tmp_path / "results")}
        run = run_locust(f"{scripts},{PLUGIN}", target.url, secret)
        assert (run.exit_code, run.failures) == (0, {}), run.log
        assert target.counts()["by_status"].keys() <= {"200", "201"}
        assert target.counts()["total"] == sum(run.requests.values()) > 0


@pytest.mark.parametrize("data", ["few.csv", "many.csv"])
def test_each_data_file_fills_baskets(target: RunningTarget, data: str) -> None:
    file = EXAMPLES / "data-by-profile" / "data" / data
    run = run_locust("data-by-profile/data_by_profile.py", target.url, {"TEST_DATA_FILE": str(file)})
    counts = target.counts()
    assert (run.exit_code, run.failures) == (0, {}), run.log
    assert path_count(counts, "POST /cart") == path_count(counts, "GET /products/{id}")
    assert path_count(counts, "POST /cart") == 2 * path_count(counts, "POST /orders") > 0


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_a_batch_goes_through_each_step_and_both_sides_agree(target: RunningTarget, size: str) -> None:
    data = {"TEST_DATA_FILE": str(BATCH_DATA / f"{size}.jsonl")}
    run = run_locust("batch/batch.py", target.url, QUICK_POLLS | data)
    counts, requests = target.counts(), run.requests
    assert (run.exit_code, run.failures) == (0, {}), run.log
    assert counts["total"] == sum(requests.values())
    assert requests["upload"] == requests["create batch"] == requests["retrieve output"] >= 4
    assert requests.get("verify metadata", 0) + requests.get("verify content", 0) == requests["upload"]
    assert requests["poll batch"] == path_count(counts, "GET /v1/batches/{id}") > requests["create batch"]


@pytest.mark.parametrize(
    ("flags", "environment", "reason"),
    [
        (["--batch-failure-rate", "1"], {}, "the batch ended as failed"),
        (["--batch-window-s", "0.1", "--batch-duration-s", "0.4"], {}, "the batch ended as expired"),
        (["--batch-duration-s", "60"], {"BATCH_TIMEOUT_S": "0.5"}, "the batch timed out: still validating"),
    ],
)
def test_a_batch_that_does_not_complete_is_a_failure_in_the_statistics(
    flags: list[str], environment: dict[str, str], reason: str
) -> None:
    with running_target("--batch-duration-s", "0.2", *flags) as target:
        run = run_locust("batch/batch.py", target.url, QUICK_POLLS | environment, run_time_s=1)
    assert run.exit_code == 1
    assert run.failures == {"poll batch": run.requests["create batch"]}
    assert reason in run.log


@pytest.mark.parametrize(("size", "lines"), [("small", 3), ("medium", 10), ("large", 50)])
def test_the_batch_input_has_the_promised_size(size: str, lines: int) -> None:
    rows = [json.loads(line) for line in (BATCH_DATA / f"{size}.jsonl").read_text().splitlines()]
    assert len({row["custom_id"] for row in rows}) == len(rows) == lines
