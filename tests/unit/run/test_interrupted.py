"""What one process counts of requests that nobody answered."""

import time
from typing import Any

import gevent
import pytest
from locust.env import Environment
from locust.event import EventHook
from locust.stats import RequestStats

from swarmfile.run import slowest as run_slowest
from swarmfile.run.interrupted import KEY, Unanswered, UnansweredError, Watch

Metas = list[dict[str, Any]]


@pytest.fixture
def fired() -> Metas:
    """What Locust's request event carried."""
    return []


@pytest.fixture
def event(fired: Metas) -> EventHook:
    hook = EventHook()
    hook.add_listener(lambda **meta: fired.append(meta))
    return hook


def ago(seconds: float) -> float:
    return time.perf_counter() - seconds


def test_all_that_hang_when_users_are_stopped_together_are_failures(event: EventHook, fired: Metas) -> None:
    stats = RequestStats()
    watch = Watch()
    watch.slowest.begin(stats)
    stats.log_request("GET", "/ok", 5, 0)
    event.add_listener(watch.slowest.failed)
    event.add_listener(lambda **meta: stats.log_request("GET", meta["name"], meta["response_time"], 0))
    for _ in range(6):
        watch.interrupted(gevent.GreenletExit(), event, "GET", "/slow", ago(24))
    assert watch.counts == Unanswered(hung=6)
    assert [(meta["request_type"], meta["name"]) for meta in fired] == [("GET", "/slow")] * 6
    assert all(isinstance(meta["exception"], UnansweredError) for meta in fired)
    assert min(meta["response_time"] for meta in fired) >= 24_000


def test_one_that_a_stop_finds_in_flight_is_cut_off_and_no_failure(event: EventHook, fired: Metas) -> None:
    watch = Watch()
    watch.interrupted(gevent.GreenletExit(), event, "GET", "/", ago(run_slowest.HANGS_AFTER_MS / 1000 - 1))
    assert (watch.counts, fired) == (Unanswered(cut_off=1), [])


def test_a_timeout_of_the_script_is_a_failure_however_short(event: EventHook, fired: Metas) -> None:
    watch = Watch()
    watch.interrupted(gevent.Timeout(2), event, "GET", "/", ago(2))
    (meta,) = fired
    assert str(meta["exception"]) == "no answer until the script's own gevent.Timeout: 2 seconds"
    assert watch.counts == Unanswered()


@pytest.mark.parametrize(("users", "in_flight"), [(1, 0), (0, 2)])
def test_a_report_says_what_is_in_flight_once_no_user_is_left(users: int, in_flight: int) -> None:
    watch = Watch()
    watch.counts = Unanswered(1, 3, 2)
    data: dict[str, Any] = {"stats": []}
    watch.report(data, users)
    assert data[KEY] == {"hung": 1, "cut_off": 3, "in_flight": in_flight}


def test_a_run_counts_from_zero_but_for_what_is_still_in_flight() -> None:
    watch = Watch()
    watch.counts = Unanswered(1, 3, 2)
    watch.begin(Environment())
    assert watch.counts == Unanswered(in_flight=2)
