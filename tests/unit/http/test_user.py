"""The user itself, in Locust's own loop."""

import gc
import time
from collections.abc import Iterator
from itertools import pairwise

import gevent
import pytest
from gevent.pool import Group
from locust import HttpUser, SequentialTaskSet, TaskSet, User, constant, task
from locust.env import Environment
from locust.exception import StopTest, StopUser
from locust.user.task import LOCUST_STATE_WAITING
from locust.user.users import RestMixin

from swarmfile.http.connection import Connection
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Scripted, running
from tests.unit.http.swarm_user import eventually, idle_connections, new_environment, new_user


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    with running() as scripted:
        yield scripted


def run(environment: Environment, user_class: type[User], server: Scripted) -> User:
    """Runs the tasks of a user until it stops itself."""
    user_class.host = server.url
    user = user_class(environment)
    with gevent.Timeout(60):
        user.run()
    return user


def test_a_host_is_needed() -> None:
    with pytest.raises(StopTest, match="--host"):
        new_user(None)


def test_it_has_what_scripts_find_on_an_http_user() -> None:
    wanted = {name for name in vars(HttpUser) if not name.startswith("_")} - {"pool_manager"}
    assert wanted <= set(dir(SwarmHttpUser))
    assert issubclass(SwarmHttpUser, RestMixin)
    assert SwarmHttpUser.abstract


def test_the_class_says_how_the_client_behaves() -> None:
    user = new_user(
        "http://localhost",
        connection_timeout=1,
        network_timeout=2,
        total_timeout=3,
        max_redirects=4,
        connection_lifetime=5,
        insecure=True,
        default_headers={"X-A": "1"},
        proxy_host="proxy",
        proxy_port=3128,
        discard_bodies=True,
        max_body_bytes=6,
    )
    client, timeouts = user.client, user.client.timeouts
    assert (timeouts.connect, timeouts.read, timeouts.total) == (1, 2, 3)
    assert (client.max_redirects, client.connection_lifetime, client.verify) == (4, 5, False)
    assert (client.headers["X-A"], dict(client.proxies)) == ("1", {"all": "http://proxy:3128"})
    assert (client.discard_bodies, client.max_body_bytes) == (True, 6)
    assert new_user("http://localhost").client.max_body_bytes == 64 << 20


def test_tasks_run_one_after_the_other_until_the_user_stops(server: Scripted) -> None:
    class Visitor(SwarmHttpUser):
        rounds = 0

        @task
        def visit(self) -> None:
            self.client.get("/")
            self.rounds += 1
            if self.rounds == 50:
                raise StopUser

    environment = new_environment()
    run(environment, Visitor, server)
    assert environment.stats.total.num_requests == 50


def test_others_run_between_requests(server: Scripted) -> None:
    seen: list[int] = []
    stop = [False]

    class Visitor(SwarmHttpUser):
        @task
        def visit(self) -> None:
            self.client.get("/")
            if stop[0]:
                raise StopUser

    def other() -> None:
        for number in range(20):
            seen.append(number)
            gevent.sleep(0)
        stop[0] = True

    gevent.spawn(other)
    run(new_environment(), Visitor, server)
    assert len(seen) == 20


def test_a_task_without_a_request_lets_others_run(server: Scripted) -> None:
    stop = [False]

    class Idler(SwarmHttpUser):
        @task
        def idle(self) -> None:
            if stop[0]:
                raise StopUser

    gevent.spawn(lambda: stop.__setitem__(0, True))
    run(new_environment(), Idler, server)


def test_a_failed_connection_lets_others_run(server: Scripted) -> None:
    stop = [False]

    class Unlucky(SwarmHttpUser):
        @task
        def knock(self) -> None:
            self.client.get("http://127.0.0.1:1/")
            if stop[0]:
                raise StopUser

    gevent.spawn(lambda: stop.__setitem__(0, True))
    run(new_environment(), Unlucky, server)


def test_wait_time_is_waited(server: Scripted) -> None:
    waits: list[float] = []

    class Patient(SwarmHttpUser):
        wait_time = constant(0.01)
        rounds = 0

        @task
        def visit(self) -> None:
            self.client.get("/")
            waits.append(gevent.get_hub().loop.now())
            self.rounds += 1
            if self.rounds == 3:
                raise StopUser

    run(new_environment(), Patient, server)
    assert all(later - earlier >= 0.009 for earlier, later in pairwise(waits))


def test_nested_task_sets_and_interrupt_work(server: Scripted) -> None:
    class Shop(SequentialTaskSet):
        @task
        def list_items(self) -> None:
            self.client.get("/items")

        @task
        def leave(self) -> None:
            self.client.get("/bye")
            self.interrupt()

    class Home(TaskSet):
        tasks = [Shop]  # noqa: RUF012 - as scripts write it

    class Visitor(SwarmHttpUser):
        tasks = [Home]  # noqa: RUF012
        rounds = 0

        def on_start(self) -> None:
            self.client.get("/start")
            gevent.spawn(self.stop_later)

        def stop_later(self) -> None:
            eventually(lambda: environment.stats.entries["/bye", "GET"].num_requests > 1)
            self.stop()

    environment = new_environment()
    run(environment, Visitor, server)
    entries = environment.stats.entries
    assert entries["/start", "GET"].num_requests == 1
    assert 0 <= entries["/items", "GET"].num_requests - entries["/bye", "GET"].num_requests <= 1
    assert entries["/bye", "GET"].num_requests > 1


def test_connections_end_with_their_user(server: Scripted) -> None:
    used: list[Connection] = []

    class Visitor(SwarmHttpUser):
        host = server.url

        @task
        def visit(self) -> None:
            self.client.get("/")
            used.extend(idle_connections(self))
            raise StopUser

    Visitor(new_environment()).start(Group())
    eventually(lambda: used and used[0].closed)


def test_connections_end_with_their_client(server: Scripted) -> None:
    user = new_user(server.url)
    user.client.get("/")
    connection = idle_connections(user)[0]
    del user
    gc.collect()
    assert connection.closed


def test_other_users_sleep_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(gevent, "sleep", slept.append)
    TaskSet(User(new_environment()))._sleep(0)
    assert slept == [0]


def test_a_user_that_is_stopped_while_it_waits_does_nothing_more() -> None:
    done: list[float] = []

    class Visitor(SwarmHttpUser):
        host = "http://localhost"
        wait_time = constant(0.05)

        @task
        def note(self) -> None:
            done.append(time.monotonic())

    user = Visitor(new_environment())
    greenlet = user.start(Group())
    eventually(lambda: user._state == LOCUST_STATE_WAITING)
    before = len(done)
    # As Locust stops users, while its event loop is late: the wait is over in the same moment.
    gevent.spawn_later(0, user.stop)
    late_until = time.monotonic() + 0.1
    while time.monotonic() < late_until:
        pass
    greenlet.join()
    assert len(done) == before
