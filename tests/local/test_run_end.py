"""Every way in which a run can end, with its verdict, its files and its exit code."""

import html
import json
import signal
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from threading import Thread

import pytest

from demo.process import RunningTarget
from tests.fault_table import assert_as_documented
from tests.local.swarm import SHOPPER, Swarm
from tests.results_folder import RUN_FILES

NewSwarm = Callable[..., Swarm]
RUN = ("--users=4", "--spawn-rate=4")
ENDLESS = """
from locust import LoadTestShape

class Flat(LoadTestShape):
    def tick(self):
        return (4, 4)
"""


def assert_whole(swarm: Swarm, outcome: str, *reasons: str) -> None:
    """Its files and a log that say the same."""
    verdict = swarm.verdict()
    assert (verdict["outcome"], verdict["reasons"]) == (outcome, list(reasons)), swarm.log()
    assert {path.name for path in swarm.run_folder().iterdir()} == RUN_FILES
    assert f"swarmfile: verdict {outcome} {verdict['run']}\n" in swarm.log()
    for reason in reasons:
        assert f"swarmfile: reason: {reason}\n" in swarm.log()
        assert reason in (swarm.run_folder() / "summary.md").read_text()
        assert reason in html.unescape((swarm.run_folder() / "junit.xml").read_text())


@pytest.mark.parametrize("way", [("--autostart", "--autoquit=0"), ("--headless",)], ids=["autoquit", "headless"])
def test_a_run_that_reached_its_run_time_passes(new_swarm: NewSwarm, way: tuple[str, ...]) -> None:
    swarm = new_swarm().start(*RUN, "--run-time=4s", *way)
    assert swarm.await_end() == 0
    assert_whole(swarm, "PASS")
    assert [worker.wait(60) for worker in swarm.workers] == [0, 0]


def test_one_process_without_workers_passes_too(new_swarm: NewSwarm) -> None:
    swarm = new_swarm()
    swarm.start_alone(*RUN, "--run-time=3s", "--headless")
    assert swarm.await_end() == 0
    assert_whole(swarm, "PASS")


def test_a_broken_assertion_fails_even_where_a_plugin_or_the_script_says_otherwise(new_swarm: NewSwarm) -> None:
    script = """
import locust_plugins
from locust import HttpUser, events, task

@events.quitting.add_listener
def all_is_well(environment, **_):
    environment.process_exit_code = 0

class Shopper(HttpUser):
    @task
    def missing(self):
        self.client.get("/nowhere")
"""
    swarm = new_swarm(script=script)
    swarm.start_alone("--users=1", "--run-time=3s", "--headless", "--check-fail-ratio=0.5")
    assert swarm.await_end() == 1
    reason, check = swarm.verdict()["reasons"]
    assert reason.startswith("error rate was 100%, not <= 1%; most often ")
    # The script sets it to 0, and the plugin's check, which comes after it, to its own.
    assert check == "the script set exit code 3"
    assert_whole(swarm, "FAIL", reason, check)


def test_sigterm_cuts_a_run_short_and_keeps_every_request(new_swarm: NewSwarm, demo_target: RunningTarget) -> None:
    demo_target.forget()
    swarm = new_swarm().start(*RUN, "--run-time=5m", "--autostart", "--autoquit=0")
    swarm.await_state("requests", lambda state: state["requests"] > 20)
    assert swarm.master
    swarm.master.send_signal(signal.SIGTERM)
    assert swarm.await_end() == 2
    (reason,) = swarm.verdict()["reasons"]
    assert_as_documented("the master is told to end (SIGTERM)", swarm.verdict())
    assert reason.endswith(" s of the planned 300 s")
    assert_whole(swarm, "INVALID", reason)
    in_flight = demo_target.counts()["by_route"]["GET /"] - swarm.metrics()["totals"]["requests"]
    assert 0 <= in_flight <= 4


def test_ctrl_c_is_an_interruption(new_swarm: NewSwarm) -> None:
    swarm = new_swarm().start(*RUN, "--run-time=5m", "--autostart", "--autoquit=0")
    swarm.await_state("requests", lambda state: state["requests"] > 20)
    assert swarm.master
    swarm.master.send_signal(signal.SIGINT)
    assert swarm.await_end() == 2
    assert swarm.verdict()["reasons"][0].startswith("cut short: interrupted after ")


@pytest.mark.parametrize(
    ("settings", "script", "workers"),
    [
        ({"stages": [{"name": "only", "users": 4, "spawnRate": 4, "duration": "5m"}]}, SHOPPER, 2),
        ({"arrivals": {"rate": "20/s", "maxUsers": 4}}, SHOPPER, 0),
        ({}, SHOPPER + ENDLESS, 1),
    ],
    ids=["stages", "arrivals in one process", "a shape of the script's"],
)
def test_ctrl_c_ends_a_shape_and_the_process(
    new_swarm: NewSwarm, settings: dict[str, object], script: str, workers: int
) -> None:
    swarm = new_swarm(settings=settings, script=script)
    way = ("--run-time=5m", "--autostart", "--loglevel=WARNING")
    if workers:
        swarm.start(*way, workers=workers)
    else:
        swarm.start_alone(*way)
    swarm.await_state("requests", lambda state: state["requests"] > 20)
    assert swarm.master
    swarm.master.send_signal(signal.SIGINT)
    assert swarm.await_end() == 2
    (reason,) = swarm.verdict()["reasons"]
    assert reason.startswith("cut short: interrupted after ")
    assert f"swarmfile: reason: {reason}\n" in swarm.log()
    assert [worker.wait(60) for worker in swarm.workers] == [0] * workers


def test_ctrl_c_ends_a_run_whose_web_server_is_busy(new_swarm: NewSwarm) -> None:
    swarm = new_swarm().start(*RUN, "--run-time=5m", "--autostart", "--autoquit=0")
    swarm.await_state("requests", lambda state: state["requests"] > 20)
    assert swarm.master
    asking = [Thread(target=ask_until_it_ends, args=(swarm,), daemon=True) for _ in range(8)]
    for each in asking:
        each.start()
    swarm.await_state("more requests", lambda state: state["requests"] > 60)
    swarm.master.send_signal(signal.SIGINT)
    assert swarm.await_end() == 2
    assert swarm.verdict()["reasons"][0].startswith("cut short: interrupted after ")


def ask_until_it_ends(swarm: Swarm) -> None:
    with suppress(OSError, HTTPException, AssertionError):
        while True:
            swarm.state()


def test_all_workers_killed_is_invalid_and_ends_the_process(new_swarm: NewSwarm) -> None:
    swarm = new_swarm().start(*RUN, "--run-time=5m", "--autostart", "--autoquit=0")
    swarm.await_state("requests", lambda state: state["requests"] > 20)
    for worker in swarm.workers:
        worker.kill()
    assert swarm.await_end() == 2
    assert_as_documented("every worker is killed", swarm.verdict())
    assert {path.name for path in swarm.run_folder().iterdir()} == RUN_FILES


def test_workers_that_never_came_are_named_by_their_number(new_swarm: NewSwarm) -> None:
    swarm = new_swarm()
    # One comes: on a busy machine seconds after the master, which started at the same moment.
    swarm.start_master(*RUN, "--autostart", "--expect-workers=2", "--expect-workers-max-wait=10", "--run-time=9")
    swarm.add_worker()
    assert swarm.await_end() == 2
    assert_as_documented("workers never came", swarm.verdict())
    assert_whole(swarm, "INVALID", "the run never began: 1 of 2 expected workers came")


def test_users_that_send_nothing_are_invalid(new_swarm: NewSwarm) -> None:
    script = (
        "from locust import User, task\nclass Idle(User):\n    @task\n    def nothing(self):\n        self.wait()\n"
    )
    script += "    def wait_time(self):\n        return 1\n"
    swarm = new_swarm(script=script)
    swarm.start_alone(*RUN, "--run-time=2s", "--headless")
    assert swarm.await_end() == 2
    assert_whole(swarm, "INVALID", "no requests were made")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("def broken(:\n", "test.py: line 1: invalid syntax"),
        ("import json\n\nimport nowhere\n", "test.py: line 3: ModuleNotFoundError: No module named 'nowhere'"),
        ("x = 1\n", "test.py has no User class: write one that derives from HttpUser"),
    ],
    ids=["syntax error", "import error", "no user"],
)
def test_a_script_that_cannot_be_run_is_one_line_and_invalid(new_swarm: NewSwarm, script: str, reason: str) -> None:
    swarm = new_swarm(script=script)
    swarm.start_master(*RUN, "--autostart", "--run-time=9")
    assert swarm.await_end() == 2
    assert_whole(swarm, "INVALID", f"the run never began: {reason}")
    assert "Traceback" not in swarm.log()
    assert swarm.add_worker().wait(60) == 2
    assert f"swarmfile: the script cannot be run: {reason}\n" in swarm.log("worker-0")


def test_a_web_ui_that_stays_judges_each_of_its_runs(new_swarm: NewSwarm) -> None:
    swarm = new_swarm().start(*RUN, "--run-time=3s", "--autostart")
    first = swarm.await_verdict()
    assert first["outcome"] == "PASS"
    swarm.post("/swarm", user_count=2, spawn_rate=2)
    swarm.await_state("the second run", lambda state: state["state"] == "running" and state["requests"] > 5)
    assert swarm.state()["planned_s"] is None
    swarm.post("/stop")
    second = swarm.await_verdict()
    assert second["run"] != first["run"]
    assert second["outcome"] == "PASS"
    swarm.post("/swarm", user_count=2, spawn_rate=2, run_time="1m")
    swarm.await_state("the third run", lambda state: state["state"] == "running" and state["requests"] > 5)
    swarm.post("/stop")
    assert swarm.await_verdict()["reasons"][0].startswith("cut short: stopped by hand after ")
    folders = sorted(path.name for path in swarm.results.iterdir() if path.is_dir())
    verdicts = [json.loads((swarm.results / name / "verdict.json").read_text())["run"] for name in folders]
    assert verdicts == folders
    assert len(folders) == 3


def test_wrong_settings_are_one_line_and_exit_code_3(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(settings={"assertions": {"p95ThresholdMs": "fast"}})
    swarm.start_alone("--headless", "--run-time=2s")
    assert swarm.await_end() == 3
    assert swarm.log() == "swarmfile: settings.json: assertions.p95ThresholdMs: 'fast' is not a number\n"
