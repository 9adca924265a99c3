"""Requests that nobody answers: each that the target received is in some number at the end, whoever sent it.

Six of eighteen users ask a route that never answers. A stop finds others in flight, which is nobody's fault.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from demo.process import RunningTarget, running_target
from tests.fault_table import assert_as_documented
from tests.local.swarm import State, Swarm, swarm
from tests.waiting import wait_until

AT_ONCE = 3
IMPORTS = {
    "HttpUser": "from locust import HttpUser",
    "FastHttpUser": "from locust import FastHttpUser",
    "SwarmHttpUser": "from swarmfile.http.user import SwarmHttpUser",
}
CLOSED = """
{imports}
from locust import constant, task

class Patient({client}):
    fixed_count = 6

    @task
    def never(self):
        self.client.get("/slow?ms=600000", name="/slow")

class Quick({client}):
    wait_time = constant(0.5)

    @task
    def home(self):
        self.client.get("/")

    # A run's end finds some of these in flight.
    @task
    def slower(self):
        self.client.get("/slow?ms=1500", name="/slower")
"""
OPEN = """
{imports}
from locust import task

class Visitor({client}):
    @task(9)
    def home(self):
        self.client.get("/")

    @task(1)
    def never(self):
        self.client.get("/slow?ms=600000", name="/slow")
"""
# A request counts as hung after 10 s, and a busy machine sends it late.
RUN_TIME = "25s"
STAGES = [
    {"name": "full", "users": 18, "spawnRate": 18, "duration": "20s"},
    {"name": "few", "users": 2, "spawnRate": 18, "duration": "8s"},
]
ARRIVALS = {"arrivals": {"rate": "10/s", "maxUsers": 300}}


@dataclass(frozen=True)
class Case:
    """Which users, in how many processes beside the master (none: one process), and what the settings add."""

    client: str
    workers: int
    script: str = CLOSED
    settings: Mapping[str, Any] = field(default_factory=dict)


CASES = {
    "HttpUser on workers": Case("HttpUser", 2),
    "HttpUser in one process": Case("HttpUser", 0),
    "FastHttpUser on workers": Case("FastHttpUser", 2),
    "FastHttpUser in one process": Case("FastHttpUser", 0),
    "SwarmHttpUser on workers": Case("SwarmHttpUser", 2),
    "SwarmHttpUser in one process": Case("SwarmHttpUser", 0),
    "HttpUser whose stage ends with fewer users": Case("HttpUser", 1, settings={"stages": STAGES}),
    "FastHttpUser whose stage ends with fewer users": Case("FastHttpUser", 0, settings={"stages": STAGES}),
    "SwarmHttpUser whose stage ends with fewer users": Case("SwarmHttpUser", 1, settings={"stages": STAGES}),
    "HttpUser for arrivals": Case("HttpUser", 1, OPEN, ARRIVALS),
    "SwarmHttpUser for arrivals": Case("SwarmHttpUser", 0, OPEN, ARRIVALS),
}


@dataclass(frozen=True)
class Outcome:
    """What the run says, and what the target knows."""

    metrics: State
    verdict: State
    received: dict[str, int]


def happen(case: Case, folder: Path) -> Outcome:
    script = case.script.format(client=case.client, imports=IMPORTS[case.client])
    with running_target() as target, swarm(folder, target.url, script=script, settings=case.settings) as run:
        load = () if case.settings else ("--users=18", "--spawn-rate=18", f"--run-time={RUN_TIME}")
        start(run, case.workers, *load, *(("--run-time=20s",) if "arrivals" in case.settings else ()))
        run.await_end(180)
        return Outcome(run.metrics(), run.verdict(), received(target))


def start(run: Swarm, workers: int, *load: str) -> None:
    options = (*load, "--headless", "--only-summary")
    run.start(*options, workers=workers) if workers else run.start_alone(*options)


def received(target: RunningTarget) -> dict[str, int]:
    """What reached the target, once it has read all that was sent."""
    seen: list[dict[str, Any]] = [{}]

    def settled() -> bool:
        seen.append(target.counts())
        return seen[-1] == seen[-2]

    wait_until(settled, lambda: f"counts that stand still: {seen[-2:]}")
    return dict(seen[-1]["by_route"])


@pytest.fixture(scope="module")
def happened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, "Future[Outcome]"]]:
    wanted = {name: case for name, case in CASES.items() if any(f"[{name}]" in i.name for i in request.session.items)}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(happen, case, tmp_path_factory.mktemp("case")) for name, case in wanted.items()}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CASES)
def test_each_request_that_the_target_received_is_counted(happened: dict[str, "Future[Outcome]"], name: str) -> None:
    outcome = happened[name].result()
    totals, unanswered = outcome.metrics["totals"], outcome.metrics["unanswered"]
    sent = sum(outcome.received.values())
    # Its failures hold those that hung.
    counted = totals["requests"] + unanswered["cut_off"]
    assert totals["requests"] <= sent <= counted, outcome
    # HttpUser lets others run between the start of a request and its first byte: a stop finds some there.
    assert counted == sent or CASES[name].client == "HttpUser", outcome
    assert unanswered["in_flight"] == 0
    assert totals["failures"] == unanswered["hung"], outcome.metrics["failures"]
    never = next(each for each in outcome.metrics["endpoints"] if each["name"] == "/slow")
    assert unanswered["hung"] == never["failures"] == never["requests"] > 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CASES)
def test_what_hangs_fails_the_run(happened: dict[str, "Future[Outcome]"], name: str) -> None:
    outcome = happened[name].result()
    assert outcome.metrics["unanswered"]["hung"] >= (6 if CASES[name].script is CLOSED else 1), outcome
    assert_as_documented("some of many users get no answer any more", outcome.verdict)
