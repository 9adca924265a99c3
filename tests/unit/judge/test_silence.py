"""Users that make no request though they usually do, told apart from users with a rhythm of their own."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from swarmfile.definition.validity import Validity
from swarmfile.judge import silence as judge_silence
from swarmfile.judge.silence import LOOK_S, SilenceWatch, Standstill, doubts
from swarmfile.run.delivery import Delivery, Sample
from swarmfile.run.finished import Run, Tally

ARun = Callable[..., Run]
LOCK = Standstill(ago_s=30.0, length_s=9.0, next_s=0.5, users=8, requests=700, active_user_s=36 * 8.0)


class Clock:
    """Stands in for the module `time`, so that minutes pass at once."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(judge_silence, "time", clock)
    return clock


def listened(clock: Clock, parts: Iterable[tuple[float, int, bool, bool]]) -> SilenceWatch:
    """Returns who listened to parts of a run: seconds, users, whether they make requests, whether they wait."""
    listener, requests = SilenceWatch(), 0
    for seconds, users, makes, waits in parts:
        for _ in range(round(seconds / LOOK_S)):
            clock.now += LOOK_S
            requests += makes
            listener.note(clock.now, users, float(requests) or None, lambda waits=waits: waits)  # type: ignore[misc]
    return listener


def heard(clock: Clock, parts: Iterable[tuple[float, int, bool, bool]], requests: int = 700) -> Standstill:
    silence = listened(clock, parts).summary(requests)
    assert silence
    return silence


BUSY, LOCKED, WAITING, NOBODY = (8, True, False), (8, False, False), (8, False, True), (0, False, False)


def test_a_silence_has_its_length_its_begin_and_the_pace_around_it(clock: Clock) -> None:
    silence = heard(clock, [(12, *BUSY), (9, *LOCKED), (24, *BUSY)])
    assert silence.length_s == pytest.approx(9, abs=2 * LOOK_S)
    assert silence.ago_s == pytest.approx(33, abs=2 * LOOK_S)
    assert silence.active_user_s == pytest.approx(36 * 8, rel=0.05)
    assert silence.expected == pytest.approx(175, rel=0.05)
    assert silence.is_unusual


def test_a_silence_that_goes_on_counts(clock: Clock) -> None:
    silence = heard(clock, [(12, *BUSY), (9, *LOCKED)])
    assert silence.length_s == pytest.approx(9, abs=2 * LOOK_S)
    assert silence.is_unusual


@pytest.mark.parametrize(
    "parts",
    [
        [(12, *BUSY), (9, *WAITING), (24, *BUSY)],
        [(12, *BUSY), (9, *NOBODY), (24, *BUSY)],
        [(9, *LOCKED), (24, *BUSY)],
        [(1, *BUSY), (9, *LOCKED)] * 4,
        [(12, *BUSY), (2, *LOCKED), (12, *BUSY)],
        [(2, *BUSY), (20, *LOCKED)],
    ],
    ids=["they wait", "nobody runs", "before the first", "their rhythm", "short", "hardly a pace"],
)
def test_what_explains_itself_is_not_unusual(clock: Clock, parts: list[tuple[float, int, bool, bool]]) -> None:
    assert not heard(clock, parts).is_unusual


def test_a_process_that_stood_still_itself_was_not_silent(clock: Clock) -> None:
    listener = listened(clock, [(12, *BUSY)])
    clock.now += 9
    listener.note(clock.now, 8, 48.0, lambda: False)
    silence = listener.summary(700)
    assert silence
    assert silence.length_s < 1


def test_before_any_request_nothing_is_known(clock: Clock) -> None:
    assert listened(clock, [(9, *LOCKED)]).summary(0) is None


def test_a_run_that_begins_forgets_the_one_before(clock: Clock) -> None:
    listener = listened(clock, [(12, *BUSY), (9, *LOCKED)])
    listener.begin()
    assert listener.summary(0) is None


@pytest.mark.parametrize(
    "change",
    [{"requests": 20}, {"length_s": 2.9}, {"next_s": 3.1}, {"active_user_s": 17.0}, {"requests": 23}],
    ids=["few would have come", "short", "another like it", "hardly a pace", "no pace of a user's own"],
)
def test_each_condition_is_needed(change: dict[str, Any]) -> None:
    assert LOCK.is_unusual
    assert not replace(LOCK, **change).is_unusual


def test_a_silence_is_load_that_was_not_delivered(a_run: ARun) -> None:
    (doubt,) = doubts(
        {"a": (12.0, LOCK), "b": (12.5, replace(LOCK, length_s=8.0))}, a_run(), Validity(), is_watched=True
    )
    assert doubt.sentence == (
        "16 users made no request for 9 s (from second 12) and waited for no answer, where 331 requests were usual: "
        "look for a lock or a wait in the script"
    )
    assert not doubt.only_warns


def test_a_silence_within_the_tolerances_warns(a_run: ARun) -> None:
    long_run = a_run(delivery=Delivery([Sample(300, 300.0, 8, 8)]))
    (doubt,) = doubts({"a": (12.0, replace(LOCK, length_s=4.0))}, long_run, Validity(), is_watched=True)
    assert doubt.only_warns


def test_a_client_that_tells_nothing_of_requests_in_flight_may_be_waiting(a_run: ARun) -> None:
    (doubt,) = doubts({"a": (12.0, LOCK)}, a_run(), Validity(), is_watched=False)
    assert doubt.only_warns


def test_arrivals_have_a_pace_of_their_own(a_run: ARun) -> None:
    tally = Tally(planned=700, begun=700, dropped=0, unfinished=0, rate=20.0)
    assert list(doubts({"a": (12.0, LOCK)}, a_run(arrivals=tally), Validity(), is_watched=True)) == []


def test_a_quiet_run_is_not_doubted(a_run: ARun) -> None:
    assert list(doubts({"a": (12.0, replace(LOCK, length_s=1.0))}, a_run(), Validity(), is_watched=True)) == []
