"""A script ends its run, judges it or shapes it, as under plain Locust: with a verdict of its own for each way."""

from collections.abc import Callable

import pytest

from tests.fault_table import assert_as_documented
from tests.local.swarm import SHOPPER, Swarm

NewSwarm = Callable[..., Swarm]
WAY = ("--users=2", "--spawn-rate=2", "--headless")
AT_20 = """
    sent = 0

    @task
    def end(self):
        Shopper.sent += 1
        if Shopper.sent > 20:
            {how}
"""
SHAPE = """
from locust import LoadTestShape

class Mine(LoadTestShape):
    def tick(self):
        return (2, 2) if self.get_run_time() < {end_s} else None
"""
QUITS = """
from locust import events

@events.test_start.add_listener
def fetch(environment, **_):
    quit(1)
"""
JUDGES = """
from locust import events

@events.quitting.add_listener
def judge(environment, **_):
    environment.process_exit_code = 1
"""
RAISES = """
    @task
    def broken(self):
        self.client.get("/nowhere").raise_for_status()
"""
FETCHES = """
import time
from locust import events
from locust.runners import MasterRunner

@events.test_start.add_listener
def fetch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        time.sleep(3)
"""


@pytest.mark.parametrize(
    ("fault", "script", "run_time_s"),
    [
        ("the script ends the run by its runner", AT_20.format(how="self.environment.runner.quit()"), 300),
        ("the script leaves by sys.exit", AT_20.format(how="exit(1)"), 300),
        ("the script raises StopUser in every user", AT_20.format(how="self.stop()"), 300),
        ("the script ends the process before the run", QUITS, 300),
        ("the script sets an exit code", JUDGES, 2),
        ("the script raises what the target answers", RAISES, 2),
        ("the script's load shape ends before the run time", SHAPE.format(end_s=2), 300),
        ("the script's load shape has no end", SHAPE.format(end_s=1e9), 2),
        ("the script takes seconds in test_start on the master", FETCHES, 2),
    ],
)
def test_what_a_script_asks_for_is_done_and_said(new_swarm: NewSwarm, fault: str, script: str, run_time_s: int) -> None:
    swarm = new_swarm(script=SHOPPER + script).start(*WAY, f"--run-time={run_time_s}", workers=1)
    code = swarm.await_end()
    assert_as_documented(fault, swarm.verdict())
    assert code == {"PASS": 0, "FAIL": 1, "INVALID": 2}[swarm.verdict()["outcome"]]
