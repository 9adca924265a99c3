"""Samples are corrected by what is known later: who was dead, stood still, or went on without being heard."""

import pytest

from swarmfile.run.delivery import Sample
from swarmfile.run.presence import THIS_PROCESS, Presence


def presence(*, dead_from_s: int, noticed_s: int) -> list[float]:
    """Two workers with 5 users each; `b` sends its last heartbeat at `dead_from_s`."""
    followed = Presence()
    for second in range(1, noticed_s + 1):
        missing = second == noticed_s
        followed.heard("a", second)
        if second <= dead_from_s:
            followed.heard("b", second)
        users = {"a": 5, "b": 0 if missing else 5}
        followed.add(Sample(second, 1.0, 10, 5 if missing else 10), users, {"b"} if missing else set())
    return [sample.present for sample in followed.samples]


def test_the_silent_seconds_are_corrected_when_they_are_noticed() -> None:
    assert presence(dead_from_s=4, noticed_s=8) == [10, 10, 10, 10, 10, 5, 5, 5]


def test_a_worker_that_is_noticed_at_once_changes_no_second_before() -> None:
    assert presence(dead_from_s=4, noticed_s=5) == [10, 10, 10, 10, 5]


def watched() -> Presence:
    """Ten seconds of two workers with 5 users each, as planned."""
    followed = Presence()
    for second in range(1, 11):
        followed.add(Sample(second, 1.0, 10, 10), {"a": 5, "b": 5})
    return followed


def test_users_of_a_worker_that_stood_still_were_not_there() -> None:
    followed = watched()
    followed.correct("b", 3.2, 7.1, 0)
    assert [sample.present for sample in followed.samples] == [10, 10, 10, 5, 5, 5, 5, 10, 10, 10]


def test_a_second_is_taken_back_once() -> None:
    followed = watched()
    for _ in range(2):
        followed.correct("b", 3, 5, 0)
    assert min(sample.present for sample in followed.samples) == 5


def test_a_process_that_stood_still_itself_has_one_long_sample() -> None:
    followed = Presence()
    followed.add(Sample(1.0, 1.0, 4, 4), {THIS_PROCESS: 4})
    followed.add(Sample(10.5, 9.5, 4, 4), {THIS_PROCESS: 4})
    followed.correct(THIS_PROCESS, 1.2, 10.2, 0)
    assert [sample.present for sample in followed.samples] == [4, pytest.approx(4 * 0.5 / 9.5)]


def test_users_that_went_on_unheard_ran_beyond_the_plan_where_others_had_taken_their_place() -> None:
    followed = Presence()
    for second, of_a in enumerate((5, 5, 10, 10, 10), start=1):
        users = {"a": of_a, "b": 5 if of_a == 5 else 0}
        followed.add(Sample(second, 1.0, 10, 10), users)
    followed.correct("b", 1.5, 4.0, 5)
    assert [(sample.present, sample.beyond) for sample in followed.samples] == [
        (10, 0),
        (10, 0),
        (15, 5),
        (15, 5),
        (10, 0),
    ]


def test_users_that_went_on_unheard_fill_a_gap_that_was_none() -> None:
    followed = Presence()
    followed.add(Sample(1.0, 1.0, 10, 5), {"a": 5, "b": 0})
    followed.correct("b", 0.0, 1.0, 5)
    assert followed.samples == [Sample(1.0, 1.0, 10, 10)]
