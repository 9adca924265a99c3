"""Runs that a criterion ends, and runs that say nothing: each reason by a real process that gives it."""

from collections.abc import Callable

from tests.local.swarm import PATIENT, Swarm

NewSwarm = Callable[..., Swarm]
FAILING = """
from locust import User, constant_throughput, task

class Failing(User):
    wait_time = constant_throughput(10)

    @task
    def fail(self):
        fire = self.environment.events.request.fire
        fire(request_type="GET", name="/", response_time=5, response_length=0, exception=OSError("refused"), context={})
"""
DUBIOUS = """
from locust import User, constant_throughput, events, task

@events.test_start.add_listener
def broken(**_):
    raise LookupError("no such thing")

class Dubious(User):
    wait_time = constant_throughput(10)

    @task
    def limited(self):
        error = OSError(24, "Too many open files")
        fire = self.environment.events.request.fire
        fire(request_type="GET", name="/", response_time=5, response_length=0, exception=error, context={})

    @task
    def raises(self):
        {}["token"]
"""
ABORT = {"p95ThresholdMs": None, "errorRateThreshold": None, "criteria": ["error rate < 50% for 3s, abort"]}
STOP = {"p95ThresholdMs": 1000, "errorRateThreshold": None, "safetyStop": "error rate < 90% for 3s"}
SCOPE = "p95 of /never < 1s"


def test_an_abort_criterion_ends_the_run_and_fails_it(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(script=FAILING, settings={"assertions": ABORT})
    swarm.start_alone("--users=2", "--spawn-rate=2", "--run-time=5m", "--headless")
    assert swarm.await_end() == 1, swarm.log()
    verdict = swarm.verdict()
    assert verdict["outcome"] == "FAIL"
    assert verdict["reasons"][0].startswith("aborted: error rate was 100% in the 3 s up to 0:")
    assert swarm.metrics()["ended"] == "aborted"


def test_the_safety_stop_ends_a_distributed_run(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(script=FAILING, settings={"assertions": STOP})
    swarm.start("--users=2", "--spawn-rate=2", "--run-time=5m", "--autostart", "--autoquit=0", workers=1)
    assert swarm.await_end(patience_s=120) == 1, swarm.log()
    assert [(a["assertion"], a["state"]) for a in swarm.verdict()["assertions"]] == [
        ("p95 <= 1000ms", "held"),
        ("error rate < 90% for 3s", "broken"),
    ]


def test_each_doubt_is_told_and_can_be_a_warning(new_swarm: NewSwarm) -> None:
    validity = PATIENT | {"scriptErrors": "warn"}
    assertions = {"p95ThresholdMs": 1000, "errorRateThreshold": None, "safetyStop": "", "criteria": [SCOPE]}
    settings = {"assertions": assertions, "validity": validity}
    swarm = new_swarm(script=DUBIOUS, settings=settings, environment={"TEST_DATA_FILE": "/test_data/users.csv"})
    swarm.start("--users=2", "--spawn-rate=2", "--run-time=6s", "--headless", workers=1)
    assert swarm.await_end(patience_s=120) == 2, swarm.log()
    verdict = swarm.verdict()
    told = "\n".join(verdict["reasons"])
    assert "p95 of /never < 1s says nothing: its scope never had a request" in told
    assert "test data was missing on 1 worker(s): /test_data/users.csv" in told
    assert (
        "failures were the generator's own limit, not the target's: OSError(24, 'Too many open files') at GET /" in told
    )
    warned = "\n".join(verdict["warnings"])
    assert "the script raised " in warned
    assert ": 'token' (test.py, line " in warned
    assert "a listener of the script raised 2 times" in warned
    assert "LookupError: no such thing (test.py, line " in warned
    assert all(f"swarmfile: warning: {warning}\n" in swarm.log() for warning in verdict["warnings"])
