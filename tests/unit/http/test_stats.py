"""What the short way records must be what Locust's own listener records."""

import importlib
from typing import Any

import pytest
from locust import stats as locust_stats
from locust.env import Environment
from locust.exception import StopUser
from locust.stats import RequestStats, StatsEntry

from swarmfile.http import stats as http_stats
from swarmfile.http.stats import Recorder, record
from tests.unit.http.swarm_user import listen, new_environment

REQUESTS = [(0.4, 10), (99.4, 0), (99.6, 1), (100.0, 5), (147.3, 5), (3432.1, 7), (58760.9, 2), (12.5, 3), (0.0, 0)]


def facts(entry: StatsEntry) -> dict[str, Any]:
    return {name: value for name, value in vars(entry).items() if name not in ("stats", "start_time")}


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds; a test may move it."""
    now = [1_700_000_000.5]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


@pytest.mark.parametrize("cached", [True, False], ids=["alone", "as a worker"])
def test_the_statistics_are_locusts_own_to_the_last_digit(stopped_clock: list[float], cached: bool) -> None:
    ours, locusts = RequestStats(cached), RequestStats(cached)
    for response_time, length in REQUESTS * 3:
        record(ours, ours.entries["/", "GET"], response_time, length)
        locusts.log_request("GET", "/", response_time, length)  # type: ignore[arg-type] # Locust itself passes floats
        stopped_clock[0] += 0.3
    assert facts(ours.total) == facts(locusts.total)
    assert facts(ours.entries["/", "GET"]) == facts(locusts.entries["/", "GET"])


def test_a_replaced_bucket_function_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locust_stats, "bucket_response_time", lambda milliseconds: int(milliseconds) // 5 * 5)
    stats = RequestStats()
    record(stats, stats.entries["/", "GET"], 147.3, 1)
    record(stats, stats.entries["/", "GET"], 7.9, 1)
    assert dict(stats.total.response_times) == {145: 1, 5: 1}


def test_a_bucket_function_that_was_replaced_beforehand_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(locust_stats, "bucket_response_time", lambda milliseconds: int(milliseconds) // 5 * 5)
        importlib.reload(http_stats)
        stats = RequestStats()
        http_stats.record(stats, stats.entries["/", "GET"], 7.9, 1)
    importlib.reload(http_stats)
    assert dict(stats.total.response_times) == {5: 1}


def test_users_share_the_recorder_of_their_environment_alone() -> None:
    environment = new_environment()
    recorder = Recorder.of(environment)
    assert Recorder.of(environment) is recorder
    other = Environment(events=environment.events)
    assert Recorder.of(other)._environment is other
    assert Recorder.of(environment).direct_stats() is environment.stats


def test_the_short_way_is_taken_while_locust_alone_listens() -> None:
    environment = new_environment()
    assert Recorder(environment).direct_stats() is environment.stats


META = {
    "request_type": "GET",
    "name": "/",
    "response_time": 1.0,
    "response_length": 1,
    "exception": ValueError("no"),
    "context": {"user": 1},
}


def test_other_listeners_get_the_event_once_and_after_the_statistics() -> None:
    environment = new_environment()
    seen: list[tuple[str, int, dict[str, Any]]] = []
    for name in ("first", "second"):
        environment.events.request.add_listener(
            lambda which=name, **event: seen.append((which, environment.stats.total.num_failures, event))
        )
    Recorder(environment).report(META)
    assert [(name, failures) for name, failures, _ in seen] == [("first", 1), ("second", 1)]
    assert environment.stats.total.num_requests == 1


def test_a_listener_that_was_removed_gets_nothing_more() -> None:
    environment = new_environment()
    recorder = Recorder(environment)
    events = listen(environment)
    recorder.report(META)
    environment.events.request.remove_listener(environment.events.request._handlers[-1])
    recorder.report(META)
    assert events == [META]
    assert environment.stats.total.num_requests == 2


def test_a_listener_before_locusts_gets_the_event_in_its_turn() -> None:
    environment = new_environment()
    counts: list[int] = []
    environment.events.request._handlers.insert(0, lambda **_: counts.append(environment.stats.total.num_requests))
    assert Recorder(environment).direct_stats() is None
    Recorder(environment).report(META)
    assert (counts, environment.stats.total.num_requests) == ([0], 1)


def test_a_listener_that_fails_is_logged_and_one_that_stops_the_user_is_heeded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    environment = new_environment()

    def fail(**_: object) -> None:
        raise ZeroDivisionError

    def stop(**_: object) -> None:
        raise StopUser

    environment.events.request.add_listener(fail)
    environment.events.request.add_listener(stop)
    with pytest.raises(StopUser):
        Recorder(environment).report(META)
    assert "ZeroDivisionError" in caplog.text


def test_a_single_listener_that_is_not_locusts_gets_the_event() -> None:
    environment = new_environment()
    environment.events.request._handlers.clear()
    listen(environment)
    assert Recorder(environment).direct_stats() is None


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (StatsEntry, "log"),
        (StatsEntry, "_log_time_of_request"),
        (StatsEntry, "_log_response_time"),
        (RequestStats, "log_request"),
        ("event", "fire"),
        ("stats", "log_request"),
    ],
)
def test_whatever_is_replaced_is_called(monkeypatch: pytest.MonkeyPatch, owner: type | str, name: str) -> None:
    environment = new_environment()
    instances: dict[Any, Any] = {"event": environment.events.request, "stats": environment.stats}
    monkeypatch.setattr(instances.get(owner, owner), name, lambda *_, **__: None)
    assert Recorder(environment).direct_stats() is None


def test_statistics_that_were_cleared_are_found_anew() -> None:
    environment = new_environment()
    recorder = Recorder(environment)
    stats = recorder.direct_stats()
    assert stats is not None
    stats.clear_all()
    recorder.report(META)
    assert (environment.stats.total.num_requests, environment.stats.total.num_failures) == (1, 1)
    assert environment.stats.entries["/", "GET"].num_failures == 1


def test_listeners_that_come_and_go_are_noticed_at_the_next_request() -> None:
    def failures_only(**_: object) -> None:
        raise AssertionError("nobody failed")

    failures_only.failures_only = True  # type: ignore[attr-defined]
    environment = new_environment()
    recorder = Recorder(environment)
    key = ("/", "GET")
    environment.events.request.add_listener(failures_only)
    assert recorder.count(key, 1.0, 1) is None
    environment.events.request.remove_listener(failures_only)
    events = listen(environment)
    told = recorder.count(key, 1.0, 1)
    assert told is not None
    told.fire(**META)
    assert (events, environment.stats.total.num_requests) == ([META], 2)
