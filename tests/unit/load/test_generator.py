"""A worker's share: made when it is due, handed over without a gap, and told."""

import math
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import gevent
import pytest
from locust.env import Environment
from locust.runners import LocalRunner

from swarmfile.load.generator import COUNTS, HANDOVER_S, SHARE, ArrivalGenerator
from swarmfile.load.standby import Standby
from tests.unit.http.swarm_user import eventually


class Kept(Standby):
    """Nobody stands by: each arrival is kept here."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: list[float] = []

    def give(self, arrival: float) -> None:
        assert arrival <= time.monotonic(), "it came too early"
        self.arrivals.append(arrival)
        self.dropped += 1


class Worker:
    """A single process that tells itself what a master would."""

    def __init__(self) -> None:
        self.environment = Environment()
        self.runner: LocalRunner = self.environment.create_local_runner()
        self.standby = Kept()
        self.generator = ArrivalGenerator(self.environment, self.standby)
        self.told: list[dict[str, Any]] = []
        self.runner.register_message(COUNTS, lambda msg, **_: self.told.append(msg.data))

    def share(self, index: int | None, count: int, from_s: float, elapsed_s: float, seconds: float = 0.1) -> None:
        # Name, rate, seconds, ramp: 40 arrivals where nothing else is asked for.
        told = {"stages": [["", 400.0, seconds, 0.0]], "poisson": False, "from_s": from_s, "elapsed_s": elapsed_s}
        self.runner.send_message(SHARE, told | {"index": index, "count": count})

    def until_done(self) -> None:
        eventually(lambda: self.told and self.told[-1]["done"])


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.generator.stop()
    made.runner.quit()


@pytest.mark.parametrize("elapsed_s", [-0.05, 0.0, 5.0], ids=["ahead", "at once", "far too late"])
def test_each_arrival_of_the_share_is_made_once_at_its_moment_or_later(worker: Worker, elapsed_s: float) -> None:
    start = time.monotonic() - elapsed_s
    worker.share(1, 2, 0.0, elapsed_s)
    worker.until_done()
    moments = [arrival - start for arrival in worker.standby.arrivals]
    assert moments == pytest.approx([k / 400 for k in range(1, 40, 2)], abs=0.5)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert gaps == pytest.approx([2 / 400] * 19, abs=1e-6)
    assert worker.told[-1] == {"begun": 0, "dropped": 20, "unfinished": 0, "done": True, "until_s": None}


def test_a_new_share_begins_where_the_old_one_ends(worker: Worker) -> None:
    worker.share(0, 2, 0.0, -0.05)
    worker.share(0, 1, 0.05, -0.05)
    worker.until_done()
    first = worker.standby.arrivals[0]
    expected = [*range(0, 20, 2), *range(20, 40)]
    assert [round((arrival - first) * 400, 3) for arrival in worker.standby.arrivals] == expected


def test_a_share_that_comes_late_has_what_was_made_in_its_time_already(worker: Worker) -> None:
    worker.share(0, 2, 0.0, 5.0)
    worker.until_done()
    made = list(worker.standby.arrivals)
    # Others had come, and were gone again, before this worker heard of them.
    worker.share(0, 4, 0.05, 5.0)
    worker.share(0, 1, 0.09, 5.0)
    eventually(lambda: len(worker.standby.arrivals) == 22)
    worker.until_done()
    assert len(made) == 20
    # From 0.09 s on all four are its own, and it has made two.
    assert len(worker.standby.arrivals) == 22


def test_a_run_that_stops_makes_no_more_and_says_the_last_counts(worker: Worker) -> None:
    worker.share(0, 1, 0.0, 0.09)
    gevent.sleep(0)
    worker.environment.events.test_stopping.fire(environment=worker.environment)
    made = len(worker.standby.arrivals)
    assert worker.told[-1]["dropped"] == made
    gevent.sleep(0.02)
    assert len(worker.standby.arrivals) == made


def test_a_worker_that_is_cut_off_makes_no_more_until_it_has_a_share_again(worker: Worker) -> None:
    worker.share(0, 1, 0.0, -0.02)
    worker.generator.pause()
    gevent.sleep(0.1)
    assert worker.standby.arrivals == []
    worker.share(0, 1, 0.0, 0.0)
    worker.until_done()
    assert len(worker.standby.arrivals) == 40


def test_a_worker_that_leaves_goes_on_until_the_moment_that_it_told_and_until_its_tasks_are_over(
    worker: Worker,
) -> None:
    # It leaves half a second before the arrivals begin, and others have half a second of them.
    worker.share(0, 1, 0.0, -0.5, seconds=2.0)
    worker.standby.unfinished = 1
    leaving = gevent.spawn(worker.generator.leave)
    eventually(lambda: worker.told and worker.told[-1]["until_s"])
    until_s = worker.told[-1]["until_s"]
    assert until_s == pytest.approx(HANDOVER_S - 0.5, abs=0.4)
    # No busy machine takes more, whenever the master tells its part.
    expected = math.ceil(until_s * 400)
    eventually(lambda: len(worker.standby.arrivals) == expected)
    worker.share(None, 1, until_s, until_s + 0.2)
    assert not leaving.ready()
    worker.standby.unfinished = 0
    leaving.join(60)
    assert leaving.ready()
    assert (worker.told[-1]["dropped"], worker.told[-1]["unfinished"]) == (expected, 0)


def test_a_worker_that_leaves_before_any_arrival_waits_for_nobody(worker: Worker) -> None:
    worker.generator.leave()
    assert worker.told == []


def test_the_next_run_counts_from_zero(worker: Worker) -> None:
    worker.share(0, 1, 0.0, 1.0)
    worker.until_done()
    worker.generator.stop()
    worker.environment.events.test_start.fire(environment=worker.environment)
    worker.share(0, 1, 0.0, 1.0)
    worker.until_done()
    assert worker.told[-1]["dropped"] == 40
