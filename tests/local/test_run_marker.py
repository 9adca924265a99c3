"""A definition runs once: what a master does that starts on the results of another one."""

import signal
from collections.abc import Callable

import pytest

from tests.fault_table import assert_as_documented
from tests.local.swarm import Swarm

NewSwarm = Callable[..., Swarm]
RUN = ("--users=2", "--spawn-rate=2", "--autostart")
IN_POD = {"SWARMFILE_PARENT": "", "SWARMFILE_DEFINITION": "abc"}


def test_a_killed_master_does_not_repeat_the_test_and_judges_it(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(environment=IN_POD).start(*RUN, "--run-time=5m", workers=1)
    swarm.await_state("requests", lambda state: state["requests"] > 5)
    assert swarm.master
    swarm.master.kill()
    swarm.master.wait()
    swarm.start_master(*RUN, "--run-time=5m")
    verdict = swarm.await_verdict()
    run = swarm.run_folder().name
    assert (verdict["run"], verdict["outcome"]) == (run, "INVALID")
    assert_as_documented("the master is killed, and starts again", verdict)
    assert swarm.verdict() == verdict
    assert f"swarmfile: run {run} of this definition was started before: not starting it again\n" in swarm.log()
    assert {"junit.xml", "summary.md"} <= {path.name for path in swarm.run_folder().iterdir()}
    # The worker of the lost master is told to end, and Kubernetes starts it again; the web UI can start runs.
    assert swarm.workers[0].wait(60) == 0
    swarm.add_worker()
    swarm.await_state("its worker", lambda state: any(worker["state"] == "ready" for worker in state["workers"]))
    assert swarm.state()["state"] == "stopped"
    swarm.post("/swarm", user_count=1, spawn_rate=1)
    swarm.await_state("a run by hand", lambda state: state["state"] == "running" and state["run"] != run)


@pytest.mark.parametrize(("error_rate", "exit_code"), [("0.01", 0), ("fails", 0), ("failJob", 1)])
def test_a_jobs_process_ends_again_with_the_recorded_verdict(
    new_swarm: NewSwarm, error_rate: str, exit_code: int
) -> None:
    assertions = {"p95ThresholdMs": 0 if error_rate != "0.01" else None, "failJob": error_rate == "failJob"}
    swarm = new_swarm(environment=IN_POD, settings={"mode": "job", "assertions": assertions})
    swarm.start_alone(*RUN, "--run-time=2s", "--autoquit=0")
    assert swarm.await_end() == exit_code
    first = swarm.verdict()
    swarm.start_alone(*RUN, "--run-time=2s", "--autoquit=0")
    assert swarm.await_end() == exit_code
    assert swarm.verdict() == first
    assert "was started before: not starting it again" in swarm.log()
    outcome, run = first["outcome"], first["run"]
    assert f"swarmfile: this pod ran nothing: it ends as run {run} did, with {outcome}\n" in swarm.log()


def test_another_job_of_the_same_definition_runs_it_again(new_swarm: NewSwarm) -> None:
    swarm = new_swarm()
    for number in ("first", "second"):
        swarm.environment = IN_POD | {"SWARMFILE_JOB": f"uid-{number}", "SWARMFILE_RUN": f"smoke-{number}"}
        swarm.start_alone(*RUN, "--run-time=3s", "--headless")
        assert swarm.await_end() == 0
    assert {path.name for path in swarm.results.iterdir() if path.is_dir()} == {"smoke-first", "smoke-second"}


def test_another_definition_starts(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(environment=IN_POD | {"SWARMFILE_RUN": "smoke-first"})
    swarm.start_alone(*RUN, "--run-time=3s", "--headless")
    assert swarm.await_end() == 0
    swarm.environment = IN_POD | {"SWARMFILE_RUN": "smoke-second", "SWARMFILE_DEFINITION": "def"}
    swarm.start_alone(*RUN, "--run-time=3s", "--headless")
    assert swarm.await_end() == 0
    assert {path.name for path in swarm.results.iterdir() if path.is_dir()} == {"smoke-first", "smoke-second"}


def test_on_a_laptop_a_definition_runs_as_often_as_one_likes(new_swarm: NewSwarm) -> None:
    swarm = new_swarm()
    for _ in range(2):
        swarm.start_alone(*RUN, "--run-time=3s", "--headless")
        assert swarm.await_end() == 0
    assert len(list(swarm.results.iterdir())) == 2


def test_a_script_that_cannot_be_run_waits_in_a_deployments_pod_instead_of_a_crash_loop(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(environment=IN_POD, script="def broken(:\n")
    swarm.start_master(*RUN)
    swarm.await_log("swarmfile: waiting for a corrected script")
    assert swarm.master
    assert swarm.master.poll() is None
    swarm.master.send_signal(signal.SIGTERM)
    assert swarm.await_end() == 2


def test_the_worker_of_a_job_waits_until_its_pod_is_removed(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(environment=IN_POD, settings={"mode": "job"})
    swarm.start(*RUN, "--run-time=2s", "--autoquit=0", workers=1)
    assert swarm.await_end() == 0
    swarm.await_log("this worker rests until its pod goes", "worker-0")
    (worker,) = swarm.workers
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
