"""Delivered against planned load."""

from collections.abc import Sequence

import pytest

from swarmfile.run.delivery import Delivery, Gap, Sample


def delivery(planned: Sequence[float], present: Sequence[float]) -> Delivery:
    pairs = enumerate(zip(planned, present, strict=True), start=1)
    return Delivery([Sample(second, 1.0, plan, users) for second, (plan, users) in pairs])


def test_user_seconds_are_summed_over_the_samples() -> None:
    half = delivery([10] * 4, [10, 10, 0, 0])
    assert (half.planned_user_s, half.delivered_user_s, half.share) == (40, 20, 0.5)


def test_more_users_than_planned_make_up_for_nothing() -> None:
    assert delivery([10, 10], [0, 20]).delivered_user_s == 10


def test_where_nothing_was_planned_everything_was_delivered() -> None:
    assert Delivery().share == 1.0
    assert list(Delivery().gaps()) == []


def test_a_gap_has_the_length_and_the_numbers_of_its_worst_second() -> None:
    lost = delivery([10] * 9, [10, 10, 10, 5, 4, 5, 10, 10, 10])
    assert list(lost.gaps()) == [Gap(start_s=3, end_s=6, planned=10, present=4)]


def test_each_gap_counts_by_itself() -> None:
    lost = delivery([10] * 9, [10, 10, 10, 5, 10, 10, 5, 5, 5])
    assert [gap.seconds for gap in lost.gaps()] == [1, 3]


@pytest.mark.parametrize("late_s", [0, 1, 2])
def test_users_who_are_reported_a_moment_late_are_no_gap(late_s: int) -> None:
    ramp = [float(min(10 * second, 100)) for second in range(30)]
    assert list(delivery(ramp, [0.0] * late_s + ramp[: 30 - late_s]).gaps()) == []


def test_the_last_user_among_hundreds_is_no_gap_but_one_of_ten_is() -> None:
    assert not list(delivery([1500] * 9, [1490] * 9).gaps())
    assert list(delivery([10] * 9, [9] * 9).gaps())


def test_a_ramp_which_the_run_cut_off_owes_only_what_was_due() -> None:
    ramp = [10.0 * second for second in range(1, 6)]
    cut = delivery(ramp, [10.0 * max(0, second - 1) for second in range(1, 6)])
    assert cut.peak_due == 30
    assert cut.peak_present == 40
