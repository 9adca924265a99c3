"""Runs against their baseline: the first has none, and the next one, three times as slow, fails in a sentence."""

import json
from pathlib import Path
from typing import Any

from swarmfile.cli.main import exit_code
from swarmfile.results.names import METRICS, VERDICT
from tests.local.swarm import PATIENT, Swarm, swarm

# Blocks of a second: a minute's worth of them in some seconds.
SCRIPT = """
import os
import time

from locust import User, constant, task

from swarmfile.run import blocks

blocks.BLOCK_S = 1


class Sleeper(User):
    wait_time = constant(0)

    @task
    def sleep(self):
        time.sleep(float(os.environ["SLEEP_S"]))
        self.environment.events.request.fire(
            request_type="GET",
            name="/a",
            response_time=1000 * float(os.environ["SLEEP_S"]) * (1 + os.urandom(1)[0] / 1000),
            response_length=1,
            exception=None,
            context={},
        )
"""
CRITERIA = ['p95 of "GET /a" <= +10% of baseline', "rate >= -90% of baseline", "p50 of /b <= +1% of baseline, warn"]


def run(folder: Path, results: Path, name: str, sleep_s: float) -> tuple[Swarm, dict[str, Any]]:
    folder.mkdir()
    environment = {"SWARMFILE_RUN": name, "SLEEP_S": str(sleep_s), "SWARMFILE_RESULTS": str(results)}
    settings = {"assertions": {"criteria": CRITERIA}, "validity": PATIENT, "baseline": "last-pass"}
    with swarm(folder, "http://127.0.0.1:9", script=SCRIPT, environment=environment, settings=settings) as made:
        made.start_alone("--headless", "--users=4", "--spawn-rate=4", "--run-time=9s")
        made.await_end(60)
        verdict: dict[str, Any] = json.loads((results / name / VERDICT).read_text())
        return made, verdict


def test_a_slower_run_fails_against_the_last_pass(tmp_path: Path) -> None:
    results = tmp_path / "results"
    _, first = run(tmp_path / "first", results, "smoke-first", 0.02)
    assert first["outcome"] == "PASS", first
    assert "there is no baseline (last-pass): there is no run of smoke with PASS before it" in first["warnings"]
    assert {each["state"] for each in first["assertions"]} == {"unknown"}

    swarm_of_second, second = run(tmp_path / "second", results, "smoke-second", 0.06)
    assert second["outcome"] == "FAIL", second
    [reason] = second["reasons"]
    assert reason.startswith('p95 of "GET /a" was ')
    assert reason.endswith("(smoke-first), not <= +10% of baseline")
    assert [each["state"] for each in second["assertions"]] == ["broken", "held", "unknown"]
    assert any("p50 of /b" in warning for warning in second["warnings"])
    assert json.loads((results / "smoke-second" / METRICS).read_text())["baseline"]["runs"] == ["smoke-first"]
    assert f"swarmfile: reason: {reason}" in swarm_of_second.log()

    assert exit_code(["compare", str(results / "smoke-first"), str(results / "smoke-second")]) == 0
