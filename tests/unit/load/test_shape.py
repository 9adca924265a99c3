"""Stages: which one is on at each second, and how they are scaled."""

from collections.abc import Sequence

import pytest

from swarmfile.definition.settings import LoadTest, Stage
from swarmfile.load.shape import StagesShape, scale

SPIKE = (Stage("base", 20, 20, 60), Stage("jump", 200, 18, 30), Stage("back", 20, 60, 60))


@pytest.mark.parametrize(
    ("at_s", "name", "index", "elapsed_s"),
    [(0, "base", 0, 0), (59.9, "base", 0, 59.9), (60, "jump", 1, 0), (89, "jump", 1, 29), (149, "back", 2, 59)],
)
def test_each_second_belongs_to_one_stage(at_s: float, name: str, index: int, elapsed_s: float) -> None:
    phase = StagesShape(SPIKE).phase(at_s)
    assert phase
    assert (phase.name, phase.index, phase.count, phase.elapsed_s) == (name, index, 3, elapsed_s)


def test_after_the_last_stage_there_is_none_and_locust_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = StagesShape(SPIKE)
    assert shape.phase(150) is None
    assert shape.duration_s == 150
    ticks = []
    for second in (0, 60, 90, 150):
        monkeypatch.setattr(shape, "get_run_time", lambda second=second: second)
        ticks.append(shape.tick())
    assert ticks == [(20, 20), (200, 18), (20, 60), None]


def test_users_scale_the_highest_stage_and_every_spawn_rate_alike() -> None:
    assert scale(SPIKE, LoadTest(users=100)) == (
        Stage("base", 10, 10, 60),
        Stage("jump", 100, 9, 30),
        Stage("back", 10, 30, 60),
    )


def test_a_run_time_scales_durations_and_spawn_rates_inversely() -> None:
    assert scale(SPIKE, LoadTest(run_time_s=75)) == (
        Stage("base", 20, 40, 30),
        Stage("jump", 200, 36, 15),
        Stage("back", 20, 120, 30),
    )


@pytest.mark.parametrize("wish", [LoadTest(users=50), LoadTest(run_time_s=30), LoadTest(users=14, run_time_s=500)])
def test_each_ramp_keeps_its_share_of_its_stage(wish: LoadTest) -> None:
    def shares(stages: Sequence[Stage]) -> list[float]:
        return [stage.users / stage.spawn_rate / stage.duration_s for stage in stages]

    unrounded = (Stage("a", 700, 7, 350), Stage("b", 1400, 28, 150))
    assert shares(scale(unrounded, wish)) == pytest.approx(shares(unrounded))


def test_without_a_wish_stages_stay_as_they_are() -> None:
    assert scale(SPIKE, LoadTest()) == SPIKE
