"""A worker's share: made when it is due, handed over without a gap, and told."""

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import gevent
import pytest
from locust.env import Environment
from locust.runners import LocalRunner

from swarmfile.load.generator import COUNTS, LEAD_S, SHARE, ArrivalGenerator
from swarmfile.load.standby import Standby

# Name, rate, seconds, ramp: 40 arrivals.
STAGES = [["", 400.0, 0.1, 0.0]]


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

    def share(self, index: int | None, count: int, from_s: float, elapsed_s: float) -> None:
        told = {"stages": STAGES, "poisson": False, "from_s": from_s, "elapsed_s": elapsed_s}
        self.runner.send_message(SHARE, told | {"index": index, "count": count})

    def until_done(self) -> None:
        with gevent.Timeout(60):
            while not (self.told and self.told[-1]["done"]):
                gevent.sleep(0.01)


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
    assert worker.told[-1] == {"begun": 0, "dropped": 20, "unfinished": 0, "done": True, "leaves_at_s": None}


def test_a_new_share_begins_where_the_old_one_ends(worker: Worker) -> None:
    worker.share(0, 2, 0.0, -0.05)
    worker.share(0, 1, 0.05, -0.05)
    worker.until_done()
    first = worker.standby.arrivals[0]
    expected = [*range(0, 20, 2), *range(20, 40)]
    assert [round((arrival - first) * 400, 3) for arrival in worker.standby.arrivals] == expected


@pytest.mark.parametrize(
    ("first", "later", "made"),
    [
        # 40 arrivals by one; of the 20 from 0.05 s on, which are made, 10 become another's: it leaves its 10 out.
        ((0, 1, 0.0), [(0, 2, 0.05)], [*range(40)]),
        # Each second one by then; 10 too many were made, and 10 of its 20 are left out.
        ((0, 2, 0.0), [(0, 1, 0.05)], [*range(0, 40, 2), *range(30, 40)]),
        # Two changes at once: what the first leaves out is not counted for the second.
        ((0, 2, 0.0), [(0, 1, 0.05), (0, 1, 0.05)], [*range(0, 40, 2), *range(30, 40)]),
    ],
    ids=["a worker joined", "a worker left", "two changes"],
)
def test_a_share_that_comes_late_makes_no_arrival_twice(
    worker: Worker, first: tuple[int, int, float], later: list[tuple[int, int, float]], made: list[int]
) -> None:
    worker.share(*first, 0.2)
    worker.until_done()
    for share in later:
        worker.share(*share, 0.2)
    worker.told.clear()
    worker.until_done()
    start = worker.standby.arrivals[0]
    assert [round((arrival - start) * 400) for arrival in worker.standby.arrivals] == made


def test_two_shares_that_come_together_are_both_kept(worker: Worker) -> None:
    worker.share(0, 2, 0.0, -0.05)
    worker.share(0, 1, 0.025, -0.05)
    worker.share(1, 2, 0.05, -0.05)
    worker.until_done()
    first = worker.standby.arrivals[0]
    expected = [*range(0, 10, 2), *range(10, 20), *range(21, 40, 2)]
    assert [round((arrival - first) * 400, 3) for arrival in worker.standby.arrivals] == expected


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


def test_a_worker_that_leaves_goes_on_until_others_do_and_until_its_tasks_are_over(worker: Worker) -> None:
    worker.share(0, 1, 0.0, LEAD_S - 0.05)
    worker.standby.unfinished = 1
    leaving = gevent.spawn(worker.generator.leave)
    with gevent.Timeout(60):
        while not (worker.told and worker.told[-1]["leaves_at_s"]):
            gevent.sleep(0.01)
    assert worker.told[-1]["leaves_at_s"] >= LEAD_S
    # Others know which arrivals it leaves: what it is told now is for a worker that stays.
    worker.share(0, 2, 0.0, 0.02)
    gevent.sleep(LEAD_S + 0.2)
    assert len(worker.standby.arrivals) == 40
    assert not leaving.ready()
    worker.standby.unfinished = 0
    leaving.join(60)
    assert leaving.ready()
    assert (worker.told[-1]["dropped"], worker.told[-1]["unfinished"]) == (40, 0)


def test_a_worker_that_leaves_makes_no_arrival_that_is_anothers_by_then(worker: Worker) -> None:
    # Before its first arrival, which is due when others make it.
    worker.share(0, 1, 0.0, -2 * LEAD_S)
    worker.generator.leave()
    assert worker.standby.arrivals == []
    assert worker.told[-1]["leaves_at_s"] < 0


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
