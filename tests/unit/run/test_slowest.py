"""Which requests hang: by what was answered until then, as one process knows it."""

import pytest
from locust.stats import RequestStats

from swarmfile.run.slowest import Slowest

ANSWERED = 200


class Answer:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code


@pytest.fixture
def stats() -> RequestStats:
    return RequestStats()


@pytest.fixture
def slowest(stats: RequestStats) -> Slowest:
    known = Slowest()
    known.begin(stats)
    return known


def fail(slowest: Slowest, stats: RequestStats, name: str, ms: int, status: int = 0) -> None:
    """A failure as Locust counts and tells it."""
    stats.log_request("GET", name, ms, 0)
    stats.log_error("GET", name, OSError("late"))
    slowest.failed("GET", name, ms, OSError("late"), Answer(status) if status else None)


def report(slowest: Slowest, stats: RequestStats) -> None:
    """What a worker does every 3 s: Locust's counts go to zero with it."""
    slowest.note(stats.serialize_stats())
    stats.clear_all()


def test_below_ten_seconds_nothing_hangs(slowest: Slowest, stats: RequestStats) -> None:
    stats.log_request("GET", "/", 5, 0)
    assert not slowest.hangs("GET", "/", 9_999)
    assert slowest.hangs("GET", "/", 10_000)


@pytest.mark.parametrize("reported", [False, True])
def test_answers_of_a_name_excuse_what_waits_less_than_twice_as_long(
    slowest: Slowest, stats: RequestStats, reported: bool
) -> None:
    stats.log_request("GET", "/export", 30_000, 0)
    stats.log_request("GET", "/", 5, 0)
    if reported:
        report(slowest, stats)
    assert not slowest.hangs("GET", "/export", 59_000)
    assert slowest.hangs("GET", "/export", 61_000)
    # The export's answers are no excuse for another name that answers quickly, only for one that never did.
    assert slowest.hangs("GET", "/", 10_000)
    assert not slowest.hangs("GET", "/item/1", 59_000)


@pytest.mark.parametrize("reported", [False, True])
def test_what_hung_or_timed_out_excuses_nothing(slowest: Slowest, stats: RequestStats, reported: bool) -> None:
    stats.log_request("GET", "/", 5, 0)
    for _ in range(6):
        fail(slowest, stats, "/slow", 24_000)
    if reported:
        report(slowest, stats)
    assert slowest.hangs("GET", "/slow", 24_000)
    assert slowest.hangs("GET", "/", 24_000)


def test_an_answer_as_slow_as_what_failed_is_an_excuse(slowest: Slowest, stats: RequestStats) -> None:
    fail(slowest, stats, "/slow", 24_000)
    stats.log_request("GET", "/slow", 24_000, 0)
    assert not slowest.hangs("GET", "/slow", 47_000)


def test_an_answer_with_an_error_status_is_an_answer(slowest: Slowest, stats: RequestStats) -> None:
    fail(slowest, stats, "/slow", 24_000, status=504)
    assert not slowest.hangs("GET", "/slow", 47_000)


def test_a_run_knows_nothing_of_the_one_before(slowest: Slowest, stats: RequestStats) -> None:
    stats.log_request("GET", "/", 60_000, 0)
    report(slowest, stats)
    slowest.begin(RequestStats())
    assert slowest.hangs("GET", "/", 10_000)


def test_a_request_event_without_a_response_is_taken() -> None:
    slowest = Slowest()
    slowest.failed(request_type="SQL", name="lock", response_time=20_000, exception=ValueError())
    assert slowest.hangs("SQL", "lock", 10_000)
