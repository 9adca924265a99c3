"""Users that stand by: one task for each arrival, in whatever sets the tasks stand."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import gevent.event
import pytest
from gevent.pool import Group
from locust import SequentialTaskSet, TaskSet, User, constant, task
from locust.env import Environment

from swarmfile.load import standby as load_standby
from swarmfile.load.standby import Standby

LONG_S = 1000
done: list[str] = []
gate = gevent.event.Event()


class Visitor(User):
    wait_time = constant(LONG_S)

    def on_start(self) -> None:
        done.append("on_start")

    def on_stop(self) -> None:
        done.append("on_stop")

    @task
    def visit(self) -> None:
        done.append("visit")
        gate.wait()


class Buyer(User):
    fixed_count = 1

    @task
    def buy(self) -> None:
        done.append("buy")


class Nested(User):
    wait_time = constant(LONG_S)

    @task
    class Shop(SequentialTaskSet):
        def on_start(self) -> None:
            done.append("enter")

        @task
        def look(self) -> None:
            done.append("look")

        @task
        class Basket(TaskSet):
            @task
            def fill(self) -> None:
                done.append("fill")
                self.interrupt()

        @task
        def pay(self) -> None:
            done.append("pay")
            self.interrupt(reschedule=False)


class Faulty(User):
    @task
    def fail(self) -> None:
        done.append("fail")
        raise ValueError


class Sender(User):
    @task
    def send(self) -> None:
        fire = self.environment.events.request.fire
        for start_time in (time.time(), None):
            fire(request_type="GET", name="/", response_time=5.0, response_length=0, start_time=start_time)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name in ((User, "run"), (User, "stop"), (TaskSet, "execute_next_task"), (TaskSet, "wait")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    done.clear()
    gate.set()


@pytest.fixture
def users() -> Iterator[Callable[..., Standby]]:
    """Lets that many users of some classes stand by."""
    group = Group()

    def spawn(*classes: type[User], environment: Environment | None = None) -> Standby:
        standby, environment = Standby(), environment or Environment()
        load_standby.take_over(standby, environment.events.request)
        for each in classes:
            each(environment).start(group)
        gevent.sleep(0.001)
        return standby

    yield spawn
    group.kill()


def arrive(standby: Standby, count: int = 1) -> None:
    """Lets arrivals come one after the other, each when the one before is over, and waits for the last."""
    for _ in range(count):
        standby.give(time.monotonic())
        settle(lambda: not standby.unfinished)


def settle(condition: Callable[[], object]) -> None:
    with gevent.Timeout(60):
        while not condition():
            gevent.sleep(0.001)


def test_a_user_begins_with_its_first_arrival_and_does_one_task_for_each(users: Callable[..., Standby]) -> None:
    standby = users(Visitor, Visitor)
    assert done == []
    arrive(standby, 3)
    assert done == ["on_start", "visit", "visit", "visit"]
    assert (standby.begun, standby.dropped) == (3, 0)


def test_more_users_begin_while_those_that_began_are_busy_and_beyond_the_last_arrivals_are_dropped(
    users: Callable[..., Standby],
) -> None:
    standby = users(Visitor, Visitor)
    gate.clear()
    for _ in range(5):
        standby.give(time.monotonic())
    settle(lambda: standby.begun == 2)
    assert (standby.dropped, standby.unfinished, done.count("on_start")) == (3, 2, 2)
    gate.set()
    settle(lambda: not standby.unfinished)
    arrive(standby)
    assert (standby.begun, standby.dropped, standby.unfinished) == (3, 3, 0)


def test_without_any_user_arrivals_are_dropped() -> None:
    standby = Standby()
    standby.give(time.monotonic())
    assert standby.dropped == 1


def test_tasks_of_nested_and_sequential_sets_come_one_by_one_in_their_order(users: Callable[..., Standby]) -> None:
    standby = users(Nested)
    seen = []
    for _ in range(7):
        arrive(standby)
        seen.append(list(done))
        done.clear()
    assert seen == [["enter", "look"], ["fill"], ["pay"], ["enter", "look"], ["fill"], ["pay"], ["enter", "look"]]


def test_arrivals_are_spread_over_classes_as_their_users_are(users: Callable[..., Standby]) -> None:
    standby = users(Visitor, Visitor, Buyer, Visitor)
    arrive(standby, 40)
    assert (done.count("visit"), done.count("buy")) == (30, 10)


def test_a_task_that_raises_is_over_and_the_user_goes_on(users: Callable[..., Standby]) -> None:
    standby = users(Faulty)
    arrive(standby, 3)
    assert done == ["fail"] * 3


def test_a_user_that_never_began_is_stopped_without_on_stop_and_an_idle_one_with_it(
    users: Callable[..., Standby],
) -> None:
    environment = Environment(user_classes=[Visitor])
    runner = environment.create_local_runner()
    standby = users(environment=environment)
    runner.spawn_users({"Visitor": 3})
    gevent.sleep(0.001)
    arrive(standby, 2)
    runner.stop_users({"Visitor": 3})
    assert done == ["on_start", "visit", "visit", "on_stop"]
    assert runner.user_count == 0
    runner.quit()


def test_a_busy_user_that_is_to_stop_ends_its_task_first(users: Callable[..., Standby]) -> None:
    standby = users()
    visitor = Visitor(Environment())
    greenlet = visitor.start(Group())
    gevent.sleep(0)
    gate.clear()
    standby.give(time.monotonic())
    settle(lambda: "visit" in done)
    assert visitor.stop() is False
    gate.set()
    greenlet.join(timeout=60)
    assert done == ["on_start", "visit", "on_stop"]


def test_a_busy_user_whom_locust_has_elsewhere_ends_its_task_unless_the_run_is_over(
    users: Callable[..., Standby],
) -> None:
    standby, group = users(), Group()
    visitors = [Visitor(Environment()) for _ in range(2)]
    moved, ended = [visitor.start(group) for visitor in visitors]
    gevent.sleep(0)
    gate.clear()
    for _ in visitors:
        standby.give(time.monotonic())
    settle(lambda: done.count("visit") == 2)
    # Locust may say it twice.
    assert [visitors[0].stop(force=True) for _ in range(2)] == [False, False]
    standby.is_over = True
    assert visitors[1].stop(force=True)
    assert (moved.ready(), ended.ready()) == (False, True)
    gate.set()
    moved.join(timeout=60)
    assert moved.ready()


def test_the_arrival_of_a_user_that_is_killed_on_its_way_is_another_users(users: Callable[..., Standby]) -> None:
    standby, group = users(), Group()
    greenlets = [Visitor(Environment()).start(group) for _ in range(2)]
    gevent.sleep(0)
    gate.clear()
    for _ in greenlets:
        standby.give(time.monotonic())
    gate.set()
    settle(lambda: done.count("visit") == 2 and not standby.unfinished)
    standby.give(time.monotonic())
    # Called, but not yet there: the last that became free.
    group.killone(greenlets[-1], block=True)
    settle(lambda: done.count("visit") == 3)
    assert (standby.begun, standby.dropped) == (3, 0)
    group.kill()


def test_response_times_count_from_the_arrival_for_a_tasks_first_request_alone(users: Callable[..., Standby]) -> None:
    environment, heard = Environment(), []
    environment.events.request.add_listener(lambda **meta: heard.append(meta))
    standby = users(Sender, environment=environment)
    for late_s in (2.0, 0.0):
        standby.give(time.monotonic() - late_s)
        settle(lambda: not standby.unfinished)
    times: list[Any] = [meta["response_time"] for meta in heard]
    assert times[0] >= 2005.0
    assert times[1] == 5.0 == times[3]
    assert 5.0 <= times[2] < 1000.0
    assert heard[0]["start_time"] < time.time() - 2
