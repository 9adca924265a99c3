"""What workers of a Job do when its run is over."""

import signal
from collections.abc import Callable

from tests.local.swarm import Swarm
from tests.waiting import wait_until

NewSwarm = Callable[..., Swarm]
IN_A_POD = {"SWARMFILE_PARENT": "", "SWARMFILE_DEFINITION": "d1"}
RUN = ("--users=2", "--spawn-rate=2", "--run-time=3s", "--autostart", "--autoquit=0")

FAILING = """
from locust import HttpUser, constant, task


class Shopper(HttpUser):
    wait_time = constant(0.1)

    @task
    def missing(self):
        self.client.get("/not-there")
        raise ValueError("the script's own")
"""


def test_a_worker_rests_after_the_jobs_run_and_ends_when_its_pod_does(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(settings={"mode": "job"}, environment=IN_A_POD).start(*RUN, workers=1)
    assert swarm.await_end() == 0
    wait_until(lambda: "this worker rests until its pod goes" in swarm.log("worker-0"), lambda: "the worker rests")
    (worker,) = swarm.workers
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0


def test_a_worker_that_is_told_to_end_during_the_run_does_not_rest(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(settings={"mode": "job"}, environment=IN_A_POD).start(*RUN, "--run-time=60s", workers=1)
    swarm.await_users(2)
    (worker,) = swarm.workers
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0


def test_in_a_job_s_pod_a_worker_ends_with_the_run_whatever_it_counted(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(settings={"mode": "job"}, environment=IN_A_POD | {"SWARMFILE_JOB": "uid-1"}, script=FAILING)
    swarm.start(*RUN, workers=1)
    swarm.await_end()
    (worker,) = swarm.workers
    assert worker.wait(60) == 0
    assert "the run is over; this worker ends" in swarm.log("worker-0")


def test_in_a_job_s_pod_a_worker_that_is_told_to_end_before_leaves_its_place_to_another(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(settings={"mode": "job"}, environment=IN_A_POD | {"SWARMFILE_JOB": "uid-1"})
    swarm.start(*RUN, "--run-time=60s", workers=1)
    swarm.await_users(2)
    (worker,) = swarm.workers
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 1
