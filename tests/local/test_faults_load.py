"""The fault table of docs/verdict.md, as far as load is concerned that did not run as planned, or beyond its plan."""

import signal
import time
from collections.abc import Iterator

import pytest

from demo.process import RunningTarget
from tests.fault_table import assert_as_documented
from tests.local.faults import Happened, Row, alone, await_living, await_more, end_all, happening, manned, runs, stop
from tests.local.line import line
from tests.local.swarm import PATIENT, Swarm
from tests.results_folder import RUN_FILES

STRICT = PATIENT | {"loadNotDelivered": "invalidate"}
# Ten users at one a second have no time to come.
RISING = [{"name": "rise", "users": 10, "spawnRate": 1, "duration": "3s"}]
THEN_FEW = [*RISING, {"name": "few", "users": 2, "spawnRate": 9, "duration": "3s"}]
NOBODY = [{"name": "nobody", "users": 0, "duration": "3s"}]


def is_short(run: Swarm, _: RunningTarget) -> None:
    run.start_alone("--users=10", "--spawn-rate=1", "--run-time=3s", "--headless", "--only-summary")
    run.await_end(120)


def has_a_worker_that_stands_still(run: Swarm, _: RunningTarget) -> None:
    manned(run, workers=1)
    run.workers[0].send_signal(signal.SIGSTOP)
    # Shorter than a master waits for a sign of life.
    time.sleep(6)
    run.workers[0].send_signal(signal.SIGCONT)
    await_more(run)
    stop(run)
    assert run.metrics()["load"]["delivered_share"] < 1


def stands_still_alone(run: Swarm, _: RunningTarget) -> None:
    manned(run)
    assert run.master
    run.master.send_signal(signal.SIGSTOP)
    time.sleep(6)
    run.master.send_signal(signal.SIGCONT)
    await_more(run)
    stop(run)


def has_a_worker_that_is_cut_off(run: Swarm, _: RunningTarget) -> None:
    load = ("--users=6", "--spawn-rate=6", "--autostart", "--expect-workers=2")
    run.start_master(*load)
    run.add_worker()
    with line(run.bind_port) as to_master:
        run.add_worker(to_master.port)
        await_living(run, 2)
        to_master.cut()
        # The other one takes its users over.
        await_living(run, 1)
        # Nobody told it to.
        run.await_log("3 users are stopped", "worker-1")
        to_master.mend()
        await_living(run, 2)
        run.await_state("no more than planned", lambda state: state["users"] == 6)
        await_more(run)
        stop(run)
        # While the worker still hears that it is to end.
        end_all(run)


# All users wait until somebody lets go of it.
HOLDS_A_LOCK = """
import gevent
from gevent.lock import RLock
from locust import HttpUser, constant, events, task

lock = RLock()

def hold():
    with lock:
        gevent.sleep(6)

@events.test_start.add_listener
def later(**_):
    gevent.spawn_later(5, hold)

class Shopper(HttpUser):
    wait_time = constant(0.1)

    @task
    def home(self):
        with lock:
            pass
        self.client.get("/")
"""


def is_locked(run: Swarm, _: RunningTarget) -> None:
    alone(run, "20s")


STILL = PATIENT | {"workersLost": "invalidate", "workerLossToleranceS": 3}
ROWS = {
    "no users are planned": Row(runs, settings={"stages": NOBODY}),
    "the run is shorter than its ramp": Row(is_short, settings={"validity": STRICT}),
    "a stage is shorter than its ramp": Row(runs, settings={"validity": STRICT, "stages": THEN_FEW}),
    "a worker stands still for some seconds": Row(has_a_worker_that_stands_still, settings={"validity": STILL}),
    "a process without workers stands still for some seconds": Row(stands_still_alone, settings={"validity": STILL}),
    "the script holds a lock that all users wait for": Row(is_locked, HOLDS_A_LOCK, {"validity": STRICT}),
    "a worker is cut off from the master, and comes back": Row(
        has_a_worker_that_is_cut_off, settings={"validity": STRICT | {"deliveryTolerance": 0}}
    ),
}


@pytest.fixture(scope="module")
def happened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Happened]:
    with happening(ROWS, request, tmp_path_factory) as runs_by_fault:
        yield runs_by_fault


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", ROWS)
def test_a_fault_of_the_load_has_the_verdict_of_the_table(happened: Happened, fault: str) -> None:
    verdict, files = happened[fault].result()
    assert_as_documented(fault, verdict)
    assert files == RUN_FILES
