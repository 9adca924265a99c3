"""The master's part: who makes which arrivals, and what came of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.runners import STATE_MISSING, STATE_RUNNING, MasterRunner, WorkerNode

from swarmfile.definition.arrivals import Arrivals, of_settings
from swarmfile.definition.rate import RateStage
from swarmfile.load.generator import COUNTS, GRACE_S, LEAD_S
from swarmfile.load.spread import SPAWNING_S, ArrivalsShape

ARRIVALS = Arrivals((RateStage("calm", 10, 60), RateStage("peak", 40, 30, 10)), max_users=50)


class Lead:
    """A master with workers a, b and c whose clock stands where it is put."""

    def __init__(self, arrivals: Arrivals = ARRIVALS) -> None:
        self.now = 1000.0
        self.shape = ArrivalsShape(arrivals)
        self.environment = Environment()
        self.runner: MasterRunner = self.environment.create_master_runner("127.0.0.1", 0)
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.runner.send_message = lambda _, data, worker: self.sent.append((worker, data))  # type: ignore
        for name in ("c", "a", "b"):
            self.join(name)
        self.shape.lead(self.environment, self.runner)
        self.environment.events.test_start.fire(environment=self.environment)

    def join(self, name: str, users: int = 20) -> None:
        self.runner.clients[name] = WorkerNode(name, STATE_RUNNING)
        self.runner.clients[name].user_classes_count = {"Visitor": users}

    def at(self, second: float) -> None:
        """Lets the arrivals be so many seconds old."""
        self.now = 1000.0 + LEAD_S + second

    def shares(self) -> dict[str, tuple[int | None, int, float]]:
        """Takes what was sent: index, count and first second by worker."""
        sent, self.sent[:] = list(self.sent), []
        return {worker: (data["index"], data["count"], round(data["from_s"], 3)) for worker, data in sent}

    def count(self, worker: str, begun: int, dropped: int = 0, unfinished: int = 0, **told: float) -> None:
        data = {"begun": begun, "dropped": dropped, "unfinished": unfinished, "done": False, "leaves_at_s": None} | told
        listener, _ = self.runner.custom_messages[COUNTS]
        listener(environment=self.environment, msg=Message(COUNTS, data, worker))


@pytest.fixture
def lead(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lead]:
    made = Lead()
    monkeypatch.setattr("swarmfile.load.spread.time.monotonic", lambda: made.now)
    yield made
    made.runner.server.close(linger=0)
    made.runner.greenlet.kill()


@pytest.fixture
def spread(lead: Lead) -> Lead:
    """With the first shares told."""
    lead.environment.events.spawning_complete.fire(user_count=60)
    lead.sent.clear()
    return lead


def test_each_worker_is_told_its_share_once_all_users_stand_by(lead: Lead) -> None:
    lead.shape.spread()
    assert lead.shares() == {}
    lead.environment.events.spawning_complete.fire(user_count=60)
    assert [data["elapsed_s"] for _, data in lead.sent] == pytest.approx([-LEAD_S] * 3)
    assert lead.shares() == {"a": (0, 3, 0), "b": (1, 3, 0), "c": (2, 3, 0)}
    lead.environment.events.spawning_complete.fire(user_count=60)
    lead.shape.spread()
    assert lead.shares() == {}


def test_a_slow_worker_is_waited_for_but_not_for_ever(lead: Lead) -> None:
    lead.join("b", users=5)
    lead.environment.events.spawning_complete.fire(user_count=60)
    assert lead.shares() == {}
    lead.now += SPAWNING_S
    lead.shape.spread()
    assert len(lead.shares()) == 3


def test_the_share_of_a_lost_worker_goes_to_the_others(spread: Lead) -> None:
    spread.at(5)
    spread.runner.clients["b"].state = STATE_MISSING
    spread.shape.spread()
    assert spread.shares() == {"a": (0, 2, 5 + LEAD_S), "c": (1, 2, 5 + LEAD_S)}


@pytest.mark.parametrize(("leaves_at_s", "from_s"), [(5.2, 5.2), (4.0, 4.0), (6.0, 5 + LEAD_S), (2.9, 5 + LEAD_S)])
def test_others_go_on_where_a_worker_leaves_unless_that_is_long_ago(
    spread: Lead, leaves_at_s: float, from_s: float
) -> None:
    spread.at(5)
    spread.count("b", begun=20, leaves_at_s=leaves_at_s)
    assert spread.shares() == {"a": (0, 2, from_s), "c": (1, 2, from_s)}
    spread.count("b", begun=22, leaves_at_s=leaves_at_s)
    spread.shape.spread()
    assert spread.shares() == {}


def test_the_only_worker_that_leaves_keeps_its_share(spread: Lead) -> None:
    for name in ("a", "c"):
        del spread.runner.clients[name]
    spread.shape.spread()
    spread.sent.clear()
    spread.count("b", begun=20, leaves_at_s=0.2)
    assert spread.shares() == {}


def test_a_worker_that_joins_gets_a_share_when_it_has_users(spread: Lead) -> None:
    spread.at(5)
    spread.join("d", users=0)
    spread.shape.spread()
    assert spread.shares() == {}
    spread.join("d")
    spread.shape.spread()
    assert spread.shares()["d"] == (3, 4, 5 + LEAD_S)


def test_counts_are_added_up_those_of_lost_workers_too(spread: Lead) -> None:
    spread.at(66)
    spread.count("a", begun=100, dropped=1)
    spread.count("b", begun=200, unfinished=3)
    spread.count("b", begun=210, unfinished=2)
    del spread.runner.clients["b"]
    tally = spread.shape.tally()
    assert tally.as_dict() == {"planned": 715, "begun": 310, "dropped": 1, "unfinished": 2, "rate_per_s": 28}


def test_a_new_run_begins_with_nothing_and_an_ended_one_stands_still(spread: Lead) -> None:
    spread.at(30)
    spread.environment.events.test_stopping.fire(environment=spread.environment)
    spread.at(50)
    assert spread.shape.tally().planned == 301
    spread.environment.events.test_start.fire(environment=spread.environment)
    assert spread.shape.tally().planned == 0


@pytest.mark.parametrize(
    ("second", "done", "ends"),
    [(0, True, False), (89, True, False), (90.1, True, True), (90.1, False, False), (90.1 + GRACE_S, False, True)],
)
def test_the_run_ends_when_the_last_tasks_are_over_or_take_too_long(
    spread: Lead, second: float, done: bool, ends: bool
) -> None:
    for worker in "abc":
        spread.count(worker, begun=1, done=done)
    spread.at(second)
    assert spread.shape.tick() == (None if ends else (50, 50))


def test_phases_follow_the_arrivals_not_the_spawning(spread: Lead) -> None:
    spread.at(61)
    phase = spread.shape.phase(500)
    assert phase
    assert (phase.name, phase.index, round(phase.elapsed_s, 3)) == ("peak", 1, 1)
    assert spread.shape.duration_s == 90


def test_a_rate_alone_has_neither_phase_nor_end() -> None:
    arrivals = of_settings({"rate": "5/s"})
    assert arrivals
    shape = ArrivalsShape(arrivals)
    assert (shape.duration_s, shape.phase(5)) == (None, None)
