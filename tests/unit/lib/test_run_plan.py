"""Planned users at any second, from what Locust was told."""

import pytest
from lib.run_plan import Plan


def spike() -> Plan:
    plan = Plan()
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
    plan = Plan()
    plan.tell(0, 10, 5)
    plan.tell(8, 10, 5)
    assert plan.users(8.1) == 10
    assert len(plan.told) == 1


def test_a_ramp_that_is_cut_off_goes_on_from_where_it_was() -> None:
    plan = Plan()
    plan.tell(0, 100, 10)
    plan.tell(4, 0, 10)
    assert [plan.users(second) for second in (3, 4, 6, 8)] == [30, 30, 10, 0]
    assert plan.peak == 100


def test_nothing_is_planned_before_locust_was_told_anything() -> None:
    assert Plan().users(5) == Plan().peak == 0
