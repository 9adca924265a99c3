"""A ramp has a greenlet of its own, which the next start or stop ends."""

import gevent
import pytest
from locust.runners import STATE_RUNNING, MasterRunner, WorkerNode

from swarmfile.patches.spawn import Spawning
from swarmfile.run.context import Context


@pytest.fixture
def master(master: MasterRunner) -> MasterRunner:
    """With one worker."""
    master.clients["a"] = WorkerNode("a", STATE_RUNNING)
    return master


def test_everyone_who_asks_is_told_and_nobody_waits_for_a_ramp(master: MasterRunner) -> None:
    context = Context()
    told: list[tuple[int, float]] = []
    context.hooks.requested.append(lambda users, rate: told.append((users, rate)))
    Spawning(master.environment, master, context).take_over()
    master.start(1000, 1)
    gevent.sleep(0)
    assert (master.target_user_count, master.state) == (1000, "spawning")
    master.start(5, 1)
    gevent.sleep(0)
    assert master.target_user_count == 5
    assert told == [(1000, 1), (5, 1)]


def test_a_run_that_is_stopped_during_its_ramp_spawns_nobody_any_more(master: MasterRunner) -> None:
    spawning = Spawning(master.environment, master, Context())
    spawning.take_over()
    master.start(1000, 1)
    gevent.sleep(0)
    master.stop(send_stop_to_client=False)
    assert spawning._ramp is not None
    assert spawning._ramp.dead
