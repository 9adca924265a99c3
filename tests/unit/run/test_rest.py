"""Who rests when Locust quits, and until when."""

import os
import signal

import gevent
import pytest
from locust.runners import MasterRunner, Runner, WorkerRunner

from swarmfile.definition.settings import Mode, Settings
from swarmfile.run import rest as run_rest
from swarmfile.run.context import Context
from tests.unit.conftest import Started

IN_A_JOB = Context(settings=Settings(mode=Mode.JOB), definition="abc")


def quitting(runner: Runner) -> gevent.Greenlet:
    """Lets Locust quit, and returns what does so."""
    ending = gevent.spawn(runner.environment.events.quit.fire, exit_code=0)
    ending.join(0.05)
    return ending


def test_a_jobs_worker_rests_until_its_pod_goes(sigterm: None, started: Started, worker: WorkerRunner) -> None:
    started(run_rest, worker, IN_A_JOB)
    resting = quitting(worker)
    assert not resting.ready()
    os.kill(os.getpid(), signal.SIGTERM)
    resting.get(timeout=10)


@pytest.mark.parametrize(
    "context",
    [
        Context(settings=Settings(mode=Mode.DEPLOYMENT), definition="abc"),
        Context(settings=Settings(mode=Mode.JOB)),
        Context(settings=Settings(mode=Mode.JOB), definition="abc", parent_pid=1),
    ],
    ids=["a deployment's", "outside of a pod", "on a laptop"],
)
def test_other_workers_end(started: Started, worker: WorkerRunner, context: Context) -> None:
    started(run_rest, worker, context)
    assert quitting(worker).ready()


def test_a_jobs_master_ends(started: Started, master: MasterRunner) -> None:
    started(run_rest, master, IN_A_JOB)
    assert quitting(master).ready()
