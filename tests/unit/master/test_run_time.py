"""A run lasts its run time from when its load begins, whatever Locust's timer says."""

from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest
from locust import LoadTestShape
from locust.argument_parser import parse_options
from locust.env import Environment
from locust.event import Events

from swarmfile.master import run_time
from swarmfile.master.watch import RunWatch
from swarmfile.run.context import Context
from swarmfile.run.finished import Cause
from tests.unit.conftest import Idle


class Flat(LoadTestShape):
    """Never ends."""

    def tick(self) -> tuple[int, float]:
        return (1, 1)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[RunWatch]:
    """A process that runs the test by itself, for 0.2 s."""
    options = parse_options(args=["--autostart", "--run-time=1s"])
    environment = Environment(user_classes=[Idle], events=Events(), parsed_options=options)
    environment.create_local_runner()
    made = RunWatch(Context(results=tmp_path, first_run="smoke-first"), environment)
    made.run_time_s = 0.2
    environment.events.test_stopping.add_listener(lambda **_: made.end())
    yield made
    made.conclude()
    made.runner.quit()


def test_locusts_timer_waits_for_what_the_start_took(watch: RunWatch) -> None:
    run_time.install(watch)

    def stop_and_optionally_quit() -> None:
        watch.runner.stop()

    timer = gevent.spawn(stop_and_optionally_quit)
    gevent.sleep(0.3)
    assert not timer.ready()
    watch.begin()
    assert watch.live
    timer.join(60)
    assert timer.ready()
    assert watch.live.elapsed_s >= 0.2


def test_a_stop_by_others_comes_at_once(watch: RunWatch) -> None:
    watch.run_time_s = 3600
    run_time.install(watch)
    watch.runner.start(1, 1)
    watch.begin()
    watch.runner.stop()
    assert watch.live
    assert watch.live.cause is Cause.STOPPED


def test_a_shape_without_an_end_ends_with_the_run_time(watch: RunWatch) -> None:
    watch.environment.shape_class = Flat()
    run_time.install(watch)
    assert watch.options.run_time is None
    watch.runner.start_shape()
    gevent.sleep(0)
    watch.begin()
    with gevent.Timeout(60):
        while watch.live and watch.live.cause is None:
            gevent.sleep(0.01)
    assert watch.live
    assert watch.live.cause is Cause.COMPLETED
