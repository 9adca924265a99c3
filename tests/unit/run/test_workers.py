"""Whose statistics are complete."""

import pytest
from locust.runners import STATE_MISSING, STATE_RUNNING, MasterRunner, WorkerNode

from swarmfile.run.finished import Worker
from swarmfile.run.workers import LEAVING, WorkerLog


@pytest.fixture
def master(master: MasterRunner) -> MasterRunner:
    """With workers a and b."""
    for name in ("a", "b"):
        master.clients[name] = WorkerNode(name, STATE_RUNNING)
    return master


@pytest.fixture
def log(master: MasterRunner) -> WorkerLog:
    followed = WorkerLog(master.environment)
    followed.look()
    return followed


def test_every_living_worker_owes_a_report_after_the_stop(log: WorkerLog) -> None:
    log.report("a", {"user_count": 0})
    log.stopping()
    assert list(log.pending) == ["a", "b"]
    log.report("b", {"user_count": 3})
    log.report("a", {"user_count": 0})
    assert list(log.pending) == ["b"]
    log.report("b", {"user_count": 0})
    assert list(log.pending) == []
    assert log.workers() == (Worker("a"), Worker("b"))


def test_a_worker_that_is_missing_is_not_waited_for(log: WorkerLog, master: MasterRunner) -> None:
    log.stopping()
    master.clients["b"].state = STATE_MISSING
    log.report("a", {"user_count": 0})
    assert list(log.pending) == []
    assert log.workers() == (Worker("a"), Worker("b", reported=False, missing=True))


def test_a_worker_that_left_with_its_last_report_is_complete(log: WorkerLog, master: MasterRunner) -> None:
    log.report("a", {"user_count": 0})
    del master.clients["a"]
    log.stopping()
    assert list(log.pending) == ["b"]
    assert log.workers()[0] == Worker("a", reported=True, missing=False)


def test_a_worker_that_said_its_last_just_before_the_stop_owes_nothing(log: WorkerLog, master: MasterRunner) -> None:
    log.report("a", {"user_count": 0, LEAVING: True})
    log.stopping()
    assert list(log.pending) == ["b"]
    del master.clients["a"]
    assert list(log.pending) == ["b"]
    assert log.workers()[0] == Worker("a")


def test_a_worker_that_left_with_users_is_not_waited_for(log: WorkerLog) -> None:
    log.stopping()
    log.report("a", {"user_count": 2, LEAVING: True})
    assert list(log.pending) == ["b"]
    assert log.workers()[0] == Worker("a", reported=False, missing=True)


def test_a_dead_worker_that_was_forgotten_before_the_stop_is_not_waited_for(
    log: WorkerLog, master: MasterRunner
) -> None:
    log.report("a", {"user_count": 5})
    del master.clients["a"]
    log.stopping()
    assert list(log.pending) == ["b"]
    assert log.workers()[0] == Worker("a", reported=False, missing=True)


def test_a_worker_that_stopped_and_is_not_back_yet_is_waited_for(log: WorkerLog, master: MasterRunner) -> None:
    log.stopping()
    del master.clients["a"]
    assert list(log.pending) == ["a", "b"]
