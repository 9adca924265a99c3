"""A user class of another protocol has everything that needs no HTTP: only Locust's request event says what it does."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from swarmfile.metrics.exporter import Exporter
from tests.local.swarm import State, Swarm, swarm
from tests.waiting import wait_until

SCRIPT = """
import time

import gevent
from locust import User, constant, task
from swarmfile import awaited, record, traceparent

class Asking(User):
    abstract = True

    def ask(self, name, wait_s, failure=None):
        event, begun = self.environment.events.request, time.perf_counter()
        with awaited(event, "SQL", name):
            gevent.sleep(wait_s)
        elapsed_ms = (time.perf_counter() - begun) * 1000
        request = {"request_type": "SQL", "name": name, "response_time": elapsed_ms, "response_length": 7}
        event.fire(**request, exception=failure, context={"trace": traceparent()})

class Reader(Asking):
    fixed_count = 2
    wait_time = constant(0.2)

    @task(9)
    def read(self):
        self.ask("select", 0.01)
        record("rows", 7)

    @task(1)
    def write(self):
        self.ask("insert", 0.01, ValueError("duplicate key"))

class Patient(Asking):
    fixed_count = 1

    @task
    def lock(self):
        self.ask("lock", 600)
"""
CRITERIA = ('p95 of "SQL select" < 30s', 'failures of "SQL insert" < 1', 'value "rows" > 6')
SETTINGS = {"traceparent": True, "assertions": {"criteria": CRITERIA}}


SECRET = "canary-of-another-protocol"
LOAD = ("--users=3", "--spawn-rate=3", "--run-time=15s", "--autostart", "--autoquit=5")


@dataclass(frozen=True)
class Ran:
    """What a run left behind, and what was scraped while it ran."""

    verdict: State
    metrics: State
    log: str
    page: str


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    how: dict[str, Any] = {"script": SCRIPT, "settings": SETTINGS, "secrets": {"token": SECRET}}
    with swarm(tmp_path_factory.mktemp("other"), "http://localhost", **how) as run:
        run.start(*LOAD, workers=1)
        run.await_users(3)
        page = scraped(run)
        run.await_end()
        return Ran(run.verdict(), run.metrics(), run.log() + run.log("worker-0"), page)


def scraped(run: Swarm) -> str:
    """What the exporter serves once there are requests."""
    exporter, pages = Exporter(run.url), [""]

    def has_requests() -> bool:
        exporter.refresh()
        pages.append(exporter.answer()[2].decode())
        return 'name="select"' in pages[-1]

    wait_until(has_requests, lambda: pages[-1])
    return pages[-1]


def test_nothing_raises(ran: Ran) -> None:
    assert "Traceback" not in ran.log


def test_its_requests_are_judged(ran: Ran) -> None:
    assert ran.verdict["outcome"] == "FAIL", ran.verdict
    states = [each["state"] for each in ran.verdict["assertions"]]
    assert dict(zip(CRITERIA, states, strict=True)) == dict(zip(CRITERIA, ("held", "broken", "held"), strict=True))


def test_its_requests_and_own_values_are_results(ran: Ran) -> None:
    endpoints = {each["name"]: each for each in ran.metrics["endpoints"]}
    assert endpoints["select"]["method"] == "SQL"
    assert endpoints["insert"]["failures"] == endpoints["insert"]["requests"] > 0
    (rows,) = ran.metrics["values"]
    assert (rows["name"], rows["count"], rows["minimum"]) == ("rows", endpoints["select"]["requests"], 7)


def test_a_request_that_hangs_is_counted(ran: Ran) -> None:
    # The run's end may find readers in flight.
    assert (ran.metrics["unanswered"]["hung"], ran.metrics["unanswered"]["in_flight"]) == (1, 0)
    assert "no answer until its user was stopped" in str(ran.metrics["failures"])


def test_its_failures_are_evidence_without_secrets(ran: Ran) -> None:
    (first, *_) = [each for each in ran.metrics["evidence"] if each["name"] == "insert"]
    assert first["cause"] == "ValueError('duplicate key')"
    assert SECRET not in str(ran)


def test_its_requests_are_metrics(ran: Ran) -> None:
    assert re.search(r'locust_requests_num_requests\{[^}]*name="select"[^}]*\} [1-9]', ran.page), ran.page
