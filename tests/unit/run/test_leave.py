"""A worker says its last numbers before it says goodbye: a real one, and its real master."""

from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from swarmfile.run import leave as run_leave
from swarmfile.run.context import Context
from swarmfile.run.workers import LEAVING
from tests.unit.conftest import Started
from tests.unit.http.swarm_user import eventually


def test_the_last_requests_of_a_worker_that_quits_reach_its_master(
    started: Started, master: MasterRunner, worker: WorkerRunner
) -> None:
    started(run_leave, worker, Context())
    worker.stats.log_request("GET", "/last", 10, 1)
    worker.environment.events.quitting.fire(environment=worker.environment, reverse=True)
    eventually(lambda: worker.client_id not in master.clients)
    assert [name for name, _ in master.stats.entries] == ["/last"]


def test_the_master_knows_a_last_report_as_such(started: Started, master: MasterRunner, worker: WorkerRunner) -> None:
    heard: list[dict[str, object]] = []
    master.environment.events.worker_report.add_listener(lambda data, **_: heard.append(data))
    started(run_leave, worker, Context())
    worker.environment.events.quitting.fire(environment=worker.environment, reverse=True)
    eventually(lambda: worker.client_id not in master.clients)
    assert [bool(data.get(LEAVING)) for data in heard] == [False] * (len(heard) - 1) + [True]


def test_a_worker_that_left_runs_nobody(worker: WorkerRunner) -> None:
    left: list[int] = []
    worker.start_worker({"Idle": 2})
    asked = Context()
    asked.hooks.leaving.append(lambda: left.append(worker.user_count))
    run_leave.leave(worker, asked)
    assert left == [2]
    assert (worker.user_count, worker.state) == (0, "stopped")


def test_whoever_is_no_worker_says_nothing(started: Started) -> None:
    runner = Environment().create_local_runner()
    started(run_leave, runner, Context())
    runner.environment.events.quitting.fire(environment=runner.environment, reverse=True)
    assert runner.state == "ready"
