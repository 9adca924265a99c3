"""Planned users at any second, from what Locust was told."""

import pytest

from swarmfile.run.plan import Unreached, UserPlan


def spike() -> UserPlan:
    plan = UserPlan()
    plan.tell(0, 10, 5)
    plan.tell(10, 100, 30)
    plan.tell(20, 10, 45)
    return plan


@pytest.mark.parametrize(
    ("at_s", "users"),
    [(0, 0), (1, 5), (2, 10), (9, 10), (10, 10), (11, 40), (13, 100), (19, 100), (20, 55), (21, 10), (30, 10)],
)
def test_the_plan_follows_each_ramp_up_and_down(at_s: float, users: float) -> None:
    assert spike().users(at_s) == users


def test_a_redistribution_which_repeats_the_target_is_no_new_ramp() -> None:
    plan = UserPlan()
    plan.tell(0, 10, 5)
    plan.tell(8, 10, 5)
    assert plan.users(8.1) == 10
    assert len(plan.requested) == 1


def test_a_ramp_that_is_cut_off_goes_on_from_where_it_was() -> None:
    plan = UserPlan()
    plan.tell(0, 100, 10)
    plan.tell(4, 0, 10)
    assert [plan.users(second) for second in (3, 4, 6, 8)] == [30, 30, 10, 0]
    assert plan.peak == 100


def test_nothing_is_planned_before_locust_was_told_anything() -> None:
    assert UserPlan().users(5) == UserPlan().peak == 0


@pytest.mark.parametrize(
    ("told", "end_s", "unreached"),
    [
        ([(0, 10, 1)], 3, Unreached(10, 10.0, 0, 3)),
        ([(0, 10, 1)], 9, None),  # the first user comes at once
        ([(0, 3, 0.5)], 4, None),
        ([(0, 1000, 100)], 8.9, None),
        ([(0, 10, 1), (3, 4, 1)], 60, Unreached(10, 10.0, 0, 3)),
        ([(0, 10, 10), (5, 100, 10), (8, 20, 10)], 60, Unreached(100, 9.0, 5, 8)),
        ([(0, 10, 10), (5, 0, 1)], 6, None),  # whom a ramp down leaves is nobody who is missing
        ([], 9, None),
    ],
)
def test_a_target_that_its_ramp_had_no_time_for_is_known(
    told: list[tuple[float, int, float]], end_s: float, unreached: Unreached | None
) -> None:
    plan = UserPlan()
    for order in told:
        plan.tell(*order)
    assert plan.unreached(end_s, by_hand=False) == unreached


def test_who_changes_the_users_by_hand_takes_back_what_was_asked_before() -> None:
    plan = UserPlan()
    plan.tell(0, 1000, 10)
    plan.tell(5, 20, 10)
    assert plan.unreached(9, by_hand=True) is None
    plan.tell(9, 500, 1)
    assert plan.unreached(12, by_hand=True) == Unreached(500, 480.0, 9, 12)
