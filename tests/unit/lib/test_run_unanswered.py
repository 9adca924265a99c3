from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from lib import run_unanswered
from lib.run_unanswered import UnansweredError, slowest, watched
from locust.event import EventHook
from locust.stats import RequestStats


@pytest.fixture
def fired(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Locust's request event carried, after a user's greenlet was killed within its request."""
    monkeypatch.setattr(run_unanswered, "HANGS_AFTER_S", 0.01)
    slowest.begin(RequestStats())
    return []


def kill_within_a_request(fired: list[dict[str, Any]], waited_s: float) -> None:
    event = EventHook()
    event.add_listener(lambda **meta: fired.append(meta))
    session = SimpleNamespace(request_event=event, request_name=None)
    hanging = watched(lambda *_, **__: gevent.sleep(60))
    user = gevent.spawn(hanging, session, "GET", "/slow")
    gevent.sleep(waited_s)
    user.kill()


def test_a_request_that_hung_until_its_users_end_is_a_failure(fired: list[dict[str, Any]]) -> None:
    kill_within_a_request(fired, 0.05)
    (meta,) = fired
    assert (meta["request_type"], meta["name"]) == ("GET", "/slow")
    assert isinstance(meta["exception"], UnansweredError)
    assert meta["response_time"] >= 10


def test_one_that_a_runs_end_finds_in_flight_is_none(fired: list[dict[str, Any]]) -> None:
    slowest.note({"max_response_time": 60_000.0})
    kill_within_a_request(fired, 0.05)
    assert fired == []


def test_an_answer_is_passed_on() -> None:
    assert watched(lambda *arguments, **_: arguments[1:])(None, "GET", "/", "name", 1) == ("GET", "/", "name", 1)


def test_the_slowest_answer_is_of_this_run_and_of_all_its_reports() -> None:
    stats = RequestStats()
    slowest.begin(stats)
    stats.log_request("GET", "/", 250, 0)
    assert slowest.ms == 250
    slowest.note({"max_response_time": 900.0})
    assert slowest.ms == 900
    slowest.begin(RequestStats())
    assert slowest.ms == 0
