"""The open model in real swarms: arrivals come at their rate, whatever the target, the users and the workers do."""

import json
import signal
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from demo.process import RunningTarget, running_target
from tests.local.swarm import PATIENT, SHOPPER, State, Swarm, swarm
from tests.waiting import wait_until

# A busy machine may take seconds until it lets the target stand still: the arrivals last longer.
RATE, SECONDS, STALL_S = 100, 12, 2.0
TOTAL = RATE * SECONDS
# Three kinds of users, sets in sets, and a wait that nobody must sleep through. Each request is noted as a user of the
# real system would have felt it: from when it was due until it was over, by the clock of the listener.
TRUTHFUL = """
import json, os, time
from locust import FastHttpUser, HttpUser, SequentialTaskSet, TaskSet, constant, events, task
from swarmfile.http.user import SwarmHttpUser

log = open(os.path.join(os.environ["NOTES"], str(os.getpid())), "a", buffering=1)

@events.request.add_listener
def note(name, start_time, response_time, **_):
    log.write(json.dumps([name, start_time, time.time(), response_time]) + "\\n")

class Browser(HttpUser):
    wait_time = constant(1000)

    @task
    def home(self):
        self.client.get("/", name="HttpUser")

class Reader(FastHttpUser):
    wait_time = constant(1000)

    @task
    def home(self):
        self.client.get("/", name="FastHttpUser")

class Buyer(SwarmHttpUser):
    wait_time = constant(1000)

    @task
    class Shop(SequentialTaskSet):
        @task
        def look(self):
            self.client.get("/products", name="SwarmHttpUser")

        @task
        class Basket(TaskSet):
            @task
            def fill(self):
                self.client.get("/", name="SwarmHttpUser")
                self.interrupt()

        @task
        def leave(self):
            self.client.get("/", name="SwarmHttpUser")
            self.interrupt(reschedule=False)
"""


@pytest.fixture(scope="module")
def target() -> Iterator[RunningTarget]:
    with running_target() as target:
        yield target


class Stalled:
    """A run in whose middle the target stood still for two seconds, and what its users felt."""

    def __init__(self, swarm: Swarm, target: RunningTarget, notes: Path) -> None:
        self.code = swarm.await_end()
        self.metrics, self.verdict, self.summary = swarm.metrics(), swarm.verdict(), swarm.run_folder() / "summary.md"
        self.received = target.counts()["total"]
        self.by_worker: list[list[Any]] = [
            [json.loads(line) for line in path.read_text().splitlines()]
            for path in notes.iterdir()
            if path.stat().st_size
        ]
        self.notes = list(chain(*self.by_worker))


@pytest.fixture(scope="module")
def stalled(tmp_path_factory: pytest.TempPathFactory, target: RunningTarget) -> Iterator[Stalled]:
    folder = tmp_path_factory.mktemp("stalled")
    (folder / "notes").mkdir()
    stages = [{"name": name, "rate": f"{RATE}/s", "duration": SECONDS // 2} for name in ("before", "after")]
    how: dict[str, Any] = {
        "script": TRUTHFUL,
        "environment": {"NOTES": str(folder / "notes")},
        "settings": {"arrivals": {"stages": stages, "maxUsers": TOTAL // 2}, "assertions": {"p95ThresholdMs": 1}},
    }
    with swarm(folder, target.url, **how) as made:
        target.forget()
        made.start("--autostart", "--autoquit=1", "--users=1", "--run-time=1h", workers=3)
        made.await_state("the middle", lambda state: state["arrivals"] and state["arrivals"]["begun"] > TOTAL / 6)
        target.fault("stall", STALL_S)
        yield Stalled(made, target, folder / "notes")


def percentile(values: list[float], share: float) -> float:
    """By Locust's own rule."""
    return sorted(values)[int(share * len(values))]


def test_every_planned_arrival_came_once_over_three_workers(stalled: Stalled) -> None:
    arrivals = stalled.metrics["arrivals"]
    assert arrivals == {"planned": TOTAL, "begun": TOTAL, "dropped": 0, "unfinished": 0, "rate_per_s": 0}
    assert stalled.received == stalled.metrics["totals"]["requests"] == TOTAL
    assert f"{TOTAL} arrivals planned, {TOTAL} begun, 0 dropped" in stalled.summary.read_text()


def test_each_worker_makes_every_third_arrival_by_the_schedule(stalled: Stalled) -> None:
    assert len(stalled.by_worker) == 3
    for notes in stalled.by_worker:
        dues = sorted(due for _, due, _, _ in notes)
        expected = [dues[0] + number * 3 / RATE for number in range(TOTAL // 3)]
        # Two clocks are read one after the other, and a busy machine comes in between.
        assert dues == pytest.approx(expected, abs=0.15)


def test_each_kind_of_user_took_its_third(stalled: Stalled) -> None:
    counts = {one["name"]: one["requests"] for one in stalled.metrics["endpoints"]}
    assert counts == {name: pytest.approx(TOTAL / 3, abs=3) for name in ("HttpUser", "FastHttpUser", "SwarmHttpUser")}


@pytest.mark.parametrize("kind", ["HttpUser", "FastHttpUser", "SwarmHttpUser"])
@pytest.mark.parametrize("share", [0.95, 0.99])
def test_the_percentiles_are_what_users_felt(stalled: Stalled, kind: str, share: float) -> None:
    (endpoint,) = [one for one in stalled.metrics["endpoints"] if one["name"] == kind]
    reported = endpoint["percentiles_ms"][f"p{share * 100:g}"]
    felt = [(over - due) * 1000 for name, due, over, _ in stalled.notes if name == kind]
    assert reported == pytest.approx(percentile(felt, share), rel=0.05)
    # What came during the stall waited for its rest: in closed form, and no busy machine makes it shorter.
    at_least_ms = 1000 * STALL_S * (1 - (1 - share) * SECONDS / STALL_S)
    assert reported > 0.95 * at_least_ms


def test_a_criterion_sees_the_stall(stalled: Stalled) -> None:
    assert (stalled.code, stalled.verdict["outcome"]) == (1, "FAIL")


def test_the_arrivals_of_a_killed_worker_go_to_the_others_within_seconds(tmp_path: Path, target: RunningTarget) -> None:
    # As many users as arrivals may come at once, where the machine kept the workers from theirs for seconds.
    settings = {"arrivals": {"rate": "60/s", "maxUsers": 600}}
    with swarm(tmp_path, target.url, settings=settings) as made:
        made.start("--autostart", workers=3)
        made.await_state("arrivals", lambda state: state["arrivals"] and state["arrivals"]["begun"] > 30)
        made.workers[0].kill()
        wait_until(lambda: rate_at(target) > 0.85 * 60, made.log)
        # 20/s were the killed worker's: for 7 s, on a busy machine. Counts of half a second are always under way, more
        # of them only for a moment; what came to nobody stays missing.
        state = made.await_state("the missing", lambda state: missing(state) <= 20 * 7 + 60 * 0.5)
        assert state["arrivals"]["dropped"] == 0


def test_no_arrival_is_lost_when_workers_come_and_leave(tmp_path: Path, target: RunningTarget) -> None:
    target.forget()
    settings = {"arrivals": {"rate": "40/s", "maxUsers": 400}}
    with swarm(tmp_path, target.url, script=SHOPPER.replace('"/"', '"/slow?ms=500"'), settings=settings) as made:
        made.start("--autostart", "--autoquit=1", "--run-time=20s", workers=2)
        made.await_state("arrivals", lambda state: state["arrivals"] and state["arrivals"]["begun"] > 40)
        made.add_worker()
        made.await_state("a third worker", lambda state: len([w for w in state["workers"] if w["users"]]) == 3)
        made.workers[0].send_signal(signal.SIGTERM)
        assert made.workers[0].wait(60) == 0
        assert made.await_end(120) == 0, made.log()
        arrivals, counted = made.metrics()["arrivals"], target.counts()
        assert (arrivals["dropped"], arrivals["unfinished"]) == (0, 0)
        assert arrivals["begun"] == arrivals["planned"] == 800
        assert made.metrics()["totals"]["requests"] == counted["total"] == counted["answered"] == 800


def missing(state: State) -> int:
    """Returns how many arrivals were due and are not known to have come."""
    return int(state["arrivals"]["planned"] - state["arrivals"]["begun"])


def rate_at(target: RunningTarget) -> float:
    """Returns the requests per second that the target received in the next three seconds."""
    before, since = target.counts()["total"], time.monotonic()
    time.sleep(3)
    return float(target.counts()["total"] - before) / (time.monotonic() - since)


@pytest.mark.parametrize(("dropped", "outcome", "code"), [("invalidate", "INVALID", 2), ("fail", "FAIL", 1)])
def test_arrivals_without_a_free_user_are_dropped_and_judged(
    tmp_path: Path, target: RunningTarget, dropped: str, outcome: str, code: int
) -> None:
    settings = {"arrivals": {"rate": "50/s", "maxUsers": 2, "dropped": dropped}}
    validity = {"validity": PATIENT | {"loadNotDelivered": "invalidate"}}
    # Two users make ten of these requests a second, at most.
    script = SHOPPER.replace('"/"', '"/slow?ms=200"')
    with swarm(tmp_path, target.url, script=script, settings=settings | validity) as made:
        made.start_alone("--autostart", "--autoquit=1", "--run-time=2s")
        assert made.await_end() == code
        verdict, arrivals = made.verdict(), made.metrics()["arrivals"]
        assert arrivals["begun"] + arrivals["dropped"] == arrivals["planned"] == 100
        reason = f"{arrivals['dropped']} of 100 arrivals were dropped: all of the 2 users were busy"
        assert verdict["outcome"] == outcome
        assert verdict["reasons"][0].startswith(reason)
        assert arrivals["dropped"] > 50
