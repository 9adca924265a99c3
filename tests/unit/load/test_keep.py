"""The distribution is among exactly those who live, and the dead are forgotten before Locust ramps anew."""

import pytest
from locust.runners import STATE_MISSING, STATE_RUNNING, MasterRunner, WorkerNode

from swarmfile.load.keep import FORGET_AFTER_S, Keeper
from swarmfile.run.context import Context


@pytest.fixture
def master(master: MasterRunner) -> MasterRunner:
    """With workers a, b and c, over which six users are distributed."""
    for name in ("a", "b", "c"):
        master.clients[name] = WorkerNode(name, STATE_RUNNING)
    dispatcher = master.environment.dispatcher_class(list(master.clients.all), master.environment.user_classes)
    dispatcher.new_dispatch(6, 100)
    for _ in dispatcher:
        pass
    master._users_dispatcher = dispatcher
    return master


def distribution(master: MasterRunner) -> dict[str, int]:
    assert master._users_dispatcher
    return {name: sum(users.values()) for name, users in master._users_dispatcher._users_on_workers.items()}


def test_a_worker_that_the_distribution_lost_is_taken_back(master: MasterRunner) -> None:
    keeper = Keeper(master.environment, master, Context())
    assert master._users_dispatcher
    for name in ("a", "b", "c"):
        master._users_dispatcher.remove_worker(master.clients[name])
    assert keeper.correct(keeper.present())
    assert distribution(master) == {"a": 2, "b": 2, "c": 2}


def test_a_dead_worker_that_the_distribution_kept_is_taken_out(master: MasterRunner) -> None:
    keeper = Keeper(master.environment, master, Context())
    master.clients["b"].state = STATE_MISSING
    assert keeper.correct(keeper.present())
    assert distribution(master) == {"a": 3, "c": 3}


def test_nothing_is_corrected_where_nothing_is_wrong(master: MasterRunner) -> None:
    keeper = Keeper(master.environment, master, Context())
    assert not keeper.correct(keeper.present())


@pytest.mark.parametrize(("silent_s", "known"), [(FORGET_AFTER_S - 1, True), (FORGET_AFTER_S, False)])
def test_the_dead_are_forgotten_before_locust_does(master: MasterRunner, silent_s: int, known: bool) -> None:
    master.clients["b"].state = STATE_MISSING
    master.clients["b"].heartbeat = -silent_s
    Keeper(master.environment, master, Context()).forget()
    assert ("b" in master.clients) is known
