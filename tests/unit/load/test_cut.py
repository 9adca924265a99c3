"""A worker that does not hear its master stops its users, and gets them back; what ran beyond the plan is told."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from locust.rpc.protocol import Message
from locust.runners import STATE_RUNNING, MasterRunner, WorkerRunner

from swarmfile.definition.validity import Validity
from swarmfile.load import cut as load_cut
from swarmfile.load.cut import ENDS_AFTER_S, RETURNED, SILENCE_S, USERS_STOP_AFTER_S, Returns, Silence, doubts
from swarmfile.run.context import Context
from swarmfile.run.delivery import Delivery, Sample
from swarmfile.run.finished import Run, Tally
from swarmfile.run.live import LiveRun
from tests.unit.http.swarm_user import eventually


class Clock:
    """Moves when it is told to."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(load_cut, "time", clock)
    monkeypatch.setattr("locust.runners.MASTER_HEARTBEAT_TIMEOUT", 60)
    return clock


@pytest.fixture
def told(worker: WorkerRunner, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the worker tells its master about its silences."""
    told: list[dict[str, object]] = []
    monkeypatch.setattr(worker, "send_message", lambda _, data: told.append(data))
    return told


def silent(silence: Silence, clock: Clock, seconds: float) -> None:
    """Looks twice a second, as the process does."""
    for _ in range(int(seconds * 2)):
        clock.now += 0.5
        silence.look()


def test_users_are_stopped_when_the_master_is_silent_for_some_seconds(
    worker: WorkerRunner, clock: Clock, told: list[dict[str, object]]
) -> None:
    paused: list[int] = []
    context = Context()
    context.hooks.cut_off.append(lambda: paused.append(worker.user_count))
    worker.start_worker({"Idle": 2})
    silence = Silence(worker, context)
    silence.heard()
    silent(silence, clock, USERS_STOP_AFTER_S - 0.5)
    assert (worker.user_count, told) == (2, [])
    silent(silence, clock, 3)
    assert (worker.user_count, paused) == (0, [2])
    silence.heard()
    assert told == [{"silent_s": USERS_STOP_AFTER_S + 2.5, "ran_s": USERS_STOP_AFTER_S, "users": 2, "stopped": True}]


def test_a_short_silence_stops_nobody_and_is_told(
    worker: WorkerRunner, clock: Clock, told: list[dict[str, object]]
) -> None:
    worker.start_worker({"Idle": 2})
    silence = Silence(worker, Context())
    silence.heard()
    for seconds in (SILENCE_S - 0.5, SILENCE_S):
        silent(silence, clock, seconds)
        silence.heard()
    assert (worker.user_count, told) == (2, [{"silent_s": 2.0, "ran_s": 2.0, "users": 2, "stopped": False}])


def test_a_worker_that_stood_still_itself_heard_nobody_and_misses_nobody(
    worker: WorkerRunner, clock: Clock, told: list[dict[str, object]]
) -> None:
    worker.start_worker({"Idle": 2})
    silence = Silence(worker, Context())
    silence.heard()
    clock.now += 3600
    silence.look()
    silence.heard()
    assert (worker.user_count, told) == (2, [])


def test_who_never_heard_a_master_waits_for_it(worker: WorkerRunner, clock: Clock) -> None:
    worker.start_worker({"Idle": 2})
    silent(Silence(worker, Context()), clock, 100)
    assert worker.user_count == 2


def test_a_worker_ends_when_its_master_stays_away(
    worker: WorkerRunner, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []
    monkeypatch.setattr(worker, "quit", lambda: ended.append(True))
    silence = Silence(worker, Context())
    silence.heard()
    silent(silence, clock, ENDS_AFTER_S - 0.5)
    assert not ended
    silent(silence, clock, 0.5)
    assert ended


def returned(master: MasterRunner, worker: str, *, stopped: bool) -> Message:
    return Message(RETURNED, {"silent_s": 10.0, "ran_s": 8.0, "users": 2, "stopped": stopped}, worker)


def test_a_worker_gets_its_users_back(master: MasterRunner, worker: WorkerRunner) -> None:
    returns = Returns(master, Context())
    eventually(lambda: master.clients.ready)
    master.start(2, 10)
    eventually(lambda: worker.user_count == 2)
    worker.stop_users({"Idle": 2})
    returns.returned(returned(master, worker.client_id, stopped=True))
    eventually(lambda: worker.user_count == 2)


@pytest.mark.parametrize("stopped", [True, False])
def test_a_worker_that_missed_the_end_of_the_run_is_told(
    master: MasterRunner, worker: WorkerRunner, *, stopped: bool
) -> None:
    returns = Returns(master, Context())
    eventually(lambda: master.clients.ready)
    worker.start_worker({"Idle": 2})
    worker.worker_state = STATE_RUNNING
    returns.returned(returned(master, worker.client_id, stopped=stopped))
    eventually(lambda: worker.user_count == 0 and worker.worker_state == "ready")


def test_what_went_on_is_in_the_samples_of_the_run(master: MasterRunner, tmp_path: Path) -> None:
    live = LiveRun("smoke-1", "smoke", tmp_path, master.environment)
    live._start = time.monotonic() - 20
    for second in range(1, 21):
        live.presence.add(Sample(second, 1.0, 4, 4), {"a": 4 if second > 12 else 2, "b": 0 if second > 12 else 2})
    context = Context()
    returns = Returns(master, context)
    (begin,) = context.hooks.begun
    begin(live)
    returns.returned(returned(master, "b", stopped=False))
    assert [sample.present for sample in live.presence.samples] == [4] * 12 + [6] * 6 + [4] * 2
    assert live.finish().delivery.beyond_user_s == 12


@pytest.mark.parametrize(("seconds", "only_warns"), [(5, True), (20, False)])
def test_load_beyond_the_plan_is_told_by_how_much(a_run: Callable[..., Run], seconds: int, only_warns: bool) -> None:
    samples = [Sample(at, 1.0, 8, 12 if at <= seconds else 8, beyond=4.0 * (at <= seconds)) for at in range(1, 41)]
    (doubt,) = doubts(a_run(delivery=Delivery(samples)), Validity(delivery_tolerance=0.1))
    share = {5: "6.2%", 20: "25.0%"}[seconds]
    assert doubt.sentence == (
        "a worker that was cut off from the master went on: up to 12 users ran where 8 were planned, "
        f"{4 * seconds} user-seconds ({share}) beyond the plan"
    )
    assert doubt.only_warns is only_warns


@pytest.mark.parametrize(
    ("tally", "sentences"),
    [
        (Tally(1000, 1040, 10, 0, 10.0), ["went on: 50 arrivals (5.0%) beyond the plan"]),
        (Tally(1000, 1000, 0, 0, 10.0), []),
    ],
)
def test_of_arrivals_those_beyond_the_plan_are_told(
    a_run: Callable[..., Run], tally: Tally, sentences: list[str]
) -> None:
    run = a_run(delivery=Delivery([Sample(1, 1.0, 8, 12, beyond=4.0)]), arrivals=tally)
    prefix = "a worker that was cut off from the master "
    assert [doubt.sentence.removeprefix(prefix) for doubt in doubts(run, Validity())] == sentences


def test_a_run_as_planned_is_no_doubt(a_run: Callable[..., Run]) -> None:
    assert list(doubts(a_run(), Validity())) == []
