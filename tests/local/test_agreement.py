"""A run of 100,000 requests and more: what the script counted, Locust's statistics and ours agree to the request."""

import csv
import json
from collections.abc import Iterator

import pytest

from demo.process import RunningTarget
from tests.local.swarm import Swarm, swarm

REQUESTS = 100_000
# Each process counts what it fires, and says so once its users are gone.
SCRIPT = """
import itertools, json, os
from locust import User, constant, events, task

FIRED = {"requests": 0, "failures": 0}
TURN = itertools.count()

class Firing(User):
    wait_time = constant(0.02)

    @task
    def fire(self):
        for _ in range(100):
            turn = next(TURN)
            error = OSError("refused") if turn % 50 == 0 else None
            FIRED["requests"] += 1
            FIRED["failures"] += error is not None
            self.environment.events.request.fire(
                request_type="GET", name=f"/{turn % 7}", response_time=turn % 1000, response_length=10,
                exception=error, context={},
            )

@events.test_stop.add_listener
def tell(**_):
    if FIRED["requests"]:
        with open(f"fired-{os.getpid()}.json", "w") as file:
            json.dump(FIRED, file)
"""
CRITERIA = [
    "requests > 0",
    'requests > 0 during "whole"',
    'failures < 1e6 during "whole"',
    'bytes > 0 during "whole"',
]
SETTINGS = {
    "stages": [{"name": "whole", "users": 8, "spawnRate": 8, "duration": "10m"}],
    "assertions": {"p95ThresholdMs": None, "errorRateThreshold": None, "criteria": CRITERIA},
}


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory, demo_target: RunningTarget) -> Iterator[Swarm]:
    with swarm(tmp_path_factory.mktemp("many"), demo_target.url, script=SCRIPT, settings=SETTINGS) as run:
        run.start("--autostart", workers=2)
        run.await_state("enough requests", lambda state: state["requests"] > REQUESTS, patience_s=180)
        run.post("/stop")
        run.await_verdict()
        yield run


@pytest.fixture(scope="module")
def fired(stopped: Swarm) -> dict[str, int]:
    counts = [json.loads(path.read_text()) for path in stopped.folder.glob("fired-*.json")]
    assert len(counts) == 2
    return {what: sum(count[what] for count in counts) for what in ("requests", "failures")}


@pytest.mark.timeout(300)
def test_locusts_statistics_hold_every_request(stopped: Swarm, fired: dict[str, int]) -> None:
    totals = stopped.metrics()["totals"]
    assert REQUESTS < fired["requests"] == totals["requests"] == stopped.state()["requests"]
    assert fired["failures"] == totals["failures"]
    with (stopped.run_folder() / "locust_stats.csv").open(newline="") as file:
        *rows, total = csv.DictReader(file)
    assert fired["requests"] == int(total["Request Count"]) == sum(int(row["Request Count"]) for row in rows)


@pytest.mark.timeout(300)
def test_ours_second_by_second_hold_every_request(stopped: Swarm, fired: dict[str, int]) -> None:
    values = {a["assertion"]: a["value"] for a in stopped.verdict()["assertions"]}
    measured = [values[criterion] for criterion in CRITERIA]
    assert measured == [fired["requests"], fired["requests"], fired["failures"], fired["requests"] * 10]
