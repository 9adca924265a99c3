"""Four workers that report response times known beforehand: what the plugin makes of them, against the raw times."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.local.swarm import swarm

# Each distribution is walked through evenly: any second's requests have its percentiles, so that it matters to no
# window in which second a busy machine counts a request. For most of the run everything takes three times as long:
# the worst windows are those within that time.
SCRIPT = """
import itertools, os, random, time
from statistics import NormalDist
from swarmfile.stats.values import record
from locust import User, constant_throughput, events, task

FAST, SLOW = NormalDist(12, 1).inv_cdf, NormalDist(900, 40).inv_cdf
DRAWS = {
    "bimodal": lambda share: FAST(share / 0.8) if share < 0.8 else SLOW((share - 0.8) / 0.2),
    "heavy-tailed": lambda share: 3 * (1 - share) ** (-1 / 1.2),
    "uniform": lambda share: 0.5 + 1999.5 * share,
}
TURN = itertools.count(random.randrange(10**6))
BEGAN = [time.time()]
RAW = open(f"raw-{os.getpid()}.csv", "w", buffering=1)

class Known(User):
    wait_time = constant_throughput(20)

    @task
    def fire(self):
        slow = 3 if 4 < time.time() - BEGAN[0] < 17 else 1
        # Multiples of the golden ratio lie evenly between 0 and 1.
        share = (next(TURN) * 0.6180339887498949) % 1 * 0.9998 + 0.0001
        for name, draw in DRAWS.items():
            value, error = slow * draw(share), Exception("refused") if random.random() < 0.02 else None
            self.environment.events.request.fire(
                request_type="GET", name=name, response_time=value, response_length=10, exception=error, context={}
            )
            RAW.write(f"{time.time()},{name},{value},{int(error is not None)}\\n")
        record("drawn", len(DRAWS))

@events.test_start.add_listener
def begin(**_):
    BEGAN[0] = time.time()
"""
NAMES = ("bimodal", "heavy-tailed", "uniform")
PERCENTILES = (50, 90, 95, 99)
WINDOWS = {(name, percent): f"p{percent} of {name} < 1ms for 8s, warn" for name in NAMES for percent in (50, 90)}
CRITERIA = [
    *(f"p{percent} of {name} > 0" for name in NAMES for percent in PERCENTILES),
    *WINDOWS.values(),
    "error rate of GET heavy.* by cause < 50%",
    'value "drawn" == 3',
    "minimum of uniform < 1s",
    "requests > 1",
]


@dataclass(frozen=True)
class Finished:
    """What a run left, and the raw response times: (moment, name, milliseconds, failed)."""

    folder: Path
    raw: list[tuple[float, str, float, bool]]
    log: str

    def read(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / name).read_text())
        return content

    def value(self, criterion: str) -> float:
        return next(float(a["value"]) for a in self.read("verdict.json")["assertions"] if a["assertion"] == criterion)

    def times(self, name: str) -> list[float]:
        return sorted(milliseconds for _, of, milliseconds, _ in self.raw if of == name)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("known")
    assertions = {"p95ThresholdMs": 5000, "errorRateThreshold": 0.5, "criteria": CRITERIA}
    settings = {"type": "known", "assertions": assertions}
    with swarm(folder, "http://127.0.0.1:1", script=SCRIPT, settings=settings) as one:
        one.start("--autostart", "--autoquit=0", "--users=20", "--spawn-rate=20", "--run-time=20s", workers=4)
        one.await_end(120)
        return Finished(one.run_folder(), list(_raw(folder)), one.log())


def _raw(folder: Path) -> Iterator[tuple[float, str, float, bool]]:
    for path in folder.glob("raw-*.csv"):
        with path.open(newline="") as file:
            for moment, name, milliseconds, failed in csv.reader(file):
                yield float(moment), name, float(milliseconds), failed == "1"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("percent", PERCENTILES)
def test_a_percentile_is_within_one_percent_of_the_raw_times(run: Finished, name: str, percent: int) -> None:
    times = run.times(name)
    assert len(times) > 1000
    exact = times[int(len(times) * percent / 100)]
    assert run.value(f"p{percent} of {name} > 0") == pytest.approx(exact, rel=0.01)


@pytest.mark.parametrize(("name", "percent"), WINDOWS)
def test_a_window_holds_the_worst_percentile_of_the_raw_times(run: Finished, name: str, percent: int) -> None:
    seconds = sorted({int(moment) for moment, *_ in run.raw})
    worst = 0.0
    for first in seconds[1:-8]:
        times = sorted(ms for moment, of, ms, _ in run.raw if of == name and first <= moment < first + 8)
        worst = max(worst, times[int(len(times) * percent / 100)])
    assert run.value(WINDOWS[name, percent]) == pytest.approx(worst, rel=0.01)


def test_every_request_is_in_every_number(run: Finished) -> None:
    metrics, errors = run.read("metrics.json"), sum(failed for *_, failed in run.raw)
    assert metrics["totals"]["requests"] == run.value("requests > 1") == len(run.raw)
    assert metrics["totals"]["failures"] == errors
    heavy = [failed for _, name, _, failed in run.raw if name == "heavy-tailed"]
    assert run.value("error rate of GET heavy.* by cause < 50%") == pytest.approx(sum(heavy) / len(heavy))


def test_the_same_number_stands_in_verdict_csv_and_metrics(run: Finished) -> None:
    with (run.folder / "locust_stats.csv").open(newline="") as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    metrics = {entry["name"]: entry["percentiles_ms"]["p95"] for entry in run.read("metrics.json")["endpoints"]}
    for name in NAMES:
        assert float(rows[name]["95%"]) == metrics[name] == run.value(f"p95 of {name} > 0")


def test_the_minimum_is_exact(run: Finished) -> None:
    assert run.value("minimum of uniform < 1s") == pytest.approx(run.times("uniform")[0])


def test_a_scripts_own_values_reach_their_criterion(run: Finished) -> None:
    assert run.value('value "drawn" == 3') == 3.0


def test_what_only_warns_leaves_the_verdict_alone(run: Finished) -> None:
    verdict = run.read("verdict.json")
    assert (verdict["outcome"], len(verdict["warnings"])) == ("PASS", len(WINDOWS)), run.log
    assert "swarmfile: warning: p90 of uniform was" in run.log
