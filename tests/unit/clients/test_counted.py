"""Requests of a user of any protocol, as a real Locust environment hears of them."""

from typing import Any

import gevent
import pytest
from locust import User
from locust.exception import StopUser

from swarmfile.clients.counted import counted
from swarmfile.run.interrupted import OF_PROCESS
from tests.unit.http.swarm_user import eventually, listen, new_environment


@pytest.fixture
def user() -> User:
    class Reader(User):
        host = "database:5432"

        def context(self) -> dict[str, Any]:
            return {"who": "reader"}

    return Reader(new_environment())


def test_a_request_is_told_with_its_time_and_what_the_script_notes(user: User) -> None:
    events = listen(user.environment)
    with counted(user, "SQL", "select 1") as request:
        request.length, request.response = 7, "rows"
    (told,) = events
    said = {"request_type": "SQL", "name": "select 1", "response_length": 7, "response": "rows", "exception": None}
    assert said.items() <= told.items()
    assert told["context"] == {"who": "reader"}
    assert told["response_time"] >= 0


@pytest.mark.parametrize("how", ["raised", "noted"])
def test_a_failure_is_the_requests_and_the_task_goes_on(user: User, how: str) -> None:
    failure = ValueError("duplicate key")
    with counted(user, "SQL", "insert") as request:
        request.failure = failure
        if how == "raised":
            request.failure = None
            raise failure
    assert user.environment.stats.get("insert", "SQL").num_failures == 1
    assert request.failure is failure


def test_what_a_task_says_to_locust_is_no_request(user: User) -> None:
    with pytest.raises(StopUser), counted(user, "SQL", "select 1"):
        raise StopUser
    assert user.environment.stats.total.num_requests == 0


def test_a_request_whose_user_is_stopped_is_noticed(user: User) -> None:
    before = OF_PROCESS.counts.cut_off

    def wait() -> None:
        with counted(user, "SQL", "lock"):
            gevent.sleep(600)

    waiting = gevent.spawn(wait)
    eventually(lambda: OF_PROCESS.counts.in_flight)
    waiting.kill()
    assert (OF_PROCESS.counts.cut_off, OF_PROCESS.counts.in_flight) == (before + 1, 0)
