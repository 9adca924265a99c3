"""Load that is kept: workers are killed, leave and join, and the planned users run on.

One long observation is shared: two swarms side by side, looked at each second until 90 s after the last kill, since a
minute is what Locust takes to ramp again from zero.
"""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from demo.process import RunningTarget
from tests.local.swarm import State, Swarm, swarm

USERS = 12
AFTER_LAST_KILL_S = 92
# The promise is 5 s; the looks are a second apart, and the machine may be busy.
HEALED_S = 7.0
STRICT = {"generatorSaturated": "ignore", "workerLossToleranceS": HEALED_S}


@dataclass(frozen=True)
class Look:
    """Second of the observation, planned users, those of living workers, and whether a stage's ramp may go on."""

    at_s: float
    planned: int
    users: int
    ramps: bool


@dataclass
class Record:
    """What one swarm looked like, second by second, and when its workers changed."""

    events: list[tuple[float, str]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    joined: dict[str, float] = field(default_factory=dict)

    def look(self, at_s: float, state: State) -> None:
        users = sum(worker["users"] for worker in state["workers"] if worker["state"] != "missing")
        # A worker takes users once it is ready: on a busy machine many seconds after its process was started.
        for worker in state["workers"]:
            self.joined.setdefault(worker["id"], at_s)
        phase = state["phase"]
        # By the run's own clock: it began some moments, on a busy machine seconds, before the observation.
        ramps = phase is not None and phase["elapsed_s"] < RAMPS_S[phase["name"]]
        self.looks.append(Look(at_s, state["planned_users"], users, ramps))

    def unsettled(self) -> Sequence[Look]:
        """The looks at which planned users did not run, though every change was long enough ago."""
        return [look for look in self.looks if look.planned != look.users and not look.ramps and self._is_calm(look)]

    def _is_calm(self, look: Look) -> bool:
        changes = [*(at_s for at_s, _ in self.events), *self.joined.values()]
        return not any(0 <= look.at_s - at_s <= HEALED_S for at_s in changes)


def leave(swarm: Swarm, index: int) -> None:
    swarm.workers[index].send_signal(signal.SIGTERM)


def kill(swarm: Swarm, index: int) -> None:
    swarm.workers[index].kill()


def join(swarm: Swarm, _: int) -> None:
    swarm.add_worker()


Act = tuple[float, Callable[[Swarm, int], None], int]
STEADY: list[Act] = [
    (3, kill, 0),
    (12, kill, 1),
    (21, kill, 2),
    (40, leave, 3),
    (50, leave, 4),
    (60, join, 0),
    (75, join, 0),
]
RAMPING: list[Act] = [(4, kill, 0), (30, kill, 1), (45, join, 0)]
STAGES = [
    {"name": "climb", "users": USERS, "spawnRate": 0.8, "duration": "40s"},
    {"name": "more", "users": USERS + 4, "spawnRate": 4, "duration": "10m"},
]
# Seconds of a stage until all of its users must run.
RAMPS_S = {"climb": 25, "more": 5}


def observe(swarms: Sequence[tuple[Swarm, Sequence[Act]]]) -> list[Record]:
    """Does to each swarm what is planned, and looks at it each second."""
    records = [Record() for _ in swarms]
    end_s = AFTER_LAST_KILL_S + max(at_s for _, acts in swarms for at_s, act, _ in acts if act is kill)
    start = time.monotonic()
    while (now_s := time.monotonic() - start) < end_s:
        for (observed, acts), record in zip(swarms, records, strict=True):
            for at_s, act, index in acts[len(record.events) :]:
                if at_s <= now_s:
                    act(observed, index)
                    record.events.append((now_s, act.__name__))
            record.look(time.monotonic() - start, observed.state())
        time.sleep(max(0.0, 1 - (time.monotonic() - start - now_s)))
    return records


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, demo_target: RunningTarget) -> Iterator[list[tuple[Swarm, Record]]]:
    with ExitStack() as stack:
        steady = stack.enter_context(
            swarm(tmp_path_factory.mktemp("steady"), demo_target.url, settings={"validity": STRICT})
        )
        staged = stack.enter_context(
            swarm(tmp_path_factory.mktemp("stages"), demo_target.url, settings={"stages": STAGES})
        )
        steady.start(f"--users={USERS}", "--spawn-rate=12", "--run-time=10m", "--autostart", workers=6)
        steady.await_users(USERS)
        staged.start("--autostart", workers=3)
        staged.await_state("its ramp", lambda state: state["users"])
        records = observe([(steady, STEADY), (staged, RAMPING)])
        yield list(zip((steady, staged), records, strict=True))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("index", [0, 1], ids=["constant load", "stages and a ramp"])
def test_the_planned_users_run_again_soon_and_stay(kept: list[tuple[Swarm, Record]], index: int) -> None:
    swarm, record = kept[index]
    assert len(record.events) == len([STEADY, RAMPING][index])
    assert record.unsettled() == [], f"{record.events}\n{record.looks}\n{swarm.log()}"


@pytest.mark.timeout(400)
def test_workers_that_join_late_take_their_share(kept: list[tuple[Swarm, Record]]) -> None:
    steady, _ = kept[0]
    users = sorted(worker["users"] for worker in steady.state()["workers"] if worker["state"] == "running")
    assert users == [4, 4, 4]


@pytest.mark.timeout(400)
def test_dead_workers_are_forgotten(kept: list[tuple[Swarm, Record]]) -> None:
    assert len(kept[0][0].state()["workers"]) == 3


@pytest.mark.timeout(400)
def test_the_target_was_reached_while_a_worker_was_killed_during_the_ramp(kept: list[tuple[Swarm, Record]]) -> None:
    _, record = kept[1]
    assert max(look.users for look in record.looks if look.at_s < 30) == USERS
    assert record.looks[-1].users == USERS + 4


@pytest.mark.timeout(400)
def test_losses_that_healed_in_time_leave_the_verdict_to_the_assertions(kept: list[tuple[Swarm, Record]]) -> None:
    steady, _ = kept[0]
    assert steady.master
    steady.post("/stop")
    (reason,) = steady.await_verdict()["reasons"]
    assert reason.startswith("cut short: stopped by hand")
    load = steady.metrics()["load"]
    assert load["delivered_share"] > 0.8
    # Where users change their worker, one may have told of them before the other told that they left.
    assert load["peak_users"] >= USERS
