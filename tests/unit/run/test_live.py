"""A run while it goes on, over Locust's real environment."""

from pathlib import Path

import pytest
from locust.env import Environment

from swarmfile.definition.settings import Stage
from swarmfile.load.shape import StagesShape
from swarmfile.run.finished import Cause
from swarmfile.run.live import LiveRun


@pytest.fixture
def live(tmp_path: Path) -> LiveRun:
    environment = Environment(user_classes=[])
    environment.create_local_runner()
    return LiveRun("smoke-1", "smoke", tmp_path, environment)


def test_a_sample_holds_planned_against_present_users(live: LiveRun) -> None:
    live.plan.tell(0.0, 4, 1e9)
    live.sample()
    (sample,) = live.finish().delivery.samples
    assert (sample.planned, sample.present, sample.workers) == (4, 0, 1)


def test_time_stands_still_when_the_run_ends(live: LiveRun) -> None:
    live.end(Cause.STOPPED)
    stands = live.elapsed_s
    live.sample()
    assert live.elapsed_s == stands
    assert live.finish().elapsed_s == pytest.approx(stands, abs=0.001)


def test_the_first_cause_counts(live: LiveRun) -> None:
    live.end(Cause.ABORTED)
    live.end(Cause.TERMINATED)
    assert live.finish().cause is Cause.ABORTED


def test_a_run_that_nobody_ended_was_interrupted(live: LiveRun) -> None:
    assert live.finish().cause is Cause.INTERRUPTED


def test_the_stage_of_now_is_known_until_the_end(live: LiveRun) -> None:
    assert live.phase is None
    live.environment.shape_class = StagesShape([Stage("base", 4, 4.0, 60.0)])
    assert live.phase
    assert live.phase.name == "base"
    live.end(Cause.COMPLETED)
    assert live.phase is None
