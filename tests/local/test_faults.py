"""The fault table of docs/verdict.md: each fault happens to a real run, a few runs at a time.

Rows about load that is not the planned one stand in test_faults_load. Those that need a longer look stand elsewhere:
test_run_end, test_run_marker, test_run_cli, and test_load_keep, which looks at the users each second for 90 s after
workers were killed.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

from demo.process import RunningTarget
from swarmfile.cli.local.ports import free_port
from tests.fault_table import assert_as_documented
from tests.local.faults import Act, Happened, Row, alone, await_living, await_more, happening, manned, runs, stop
from tests.local.swarm import PATIENT, SHOPPER, UNHURRIED, Swarm
from tests.results_folder import RUN_FILES
from tests.waiting import wait_until

SWARM_SHOPPER = "from swarmfile.http.user import SwarmHttpUser\n" + SHOPPER.replace("(HttpUser)", "(SwarmHttpUser)")
RAISES = "raise LookupError('no seat')"
IN_ON_START = SHOPPER + f"\n    def on_start(self):\n        {RAISES}\n"
IN_A_TASK = SHOPPER + f"\n    @task\n    def sit(self):\n        {RAISES}\n"
IN_A_LISTENER = (
    SHOPPER + f"\nfrom locust import events\n\n@events.spawning_complete.add_listener\ndef broken(**_):\n    {RAISES}\n"
)
# Ahead by an hour, then back by two. It reaches all who ask by `time.time`, Locust's statistics and the plugin among
# them, not those who took the function by `from time import time` before; timers run by another clock.
JUMPS = (
    SHOPPER
    + """
import time
import gevent
from locust import events

real = time.time

@events.test_start.add_listener
def jumps(**_):
    for after_s, by_s in ((1.5, 3600), (3.5, -3600)):
        gevent.spawn_later(after_s, setattr, time, "time", lambda by_s=by_s: real() + by_s)
"""
)


def slowest_s(run: Swarm) -> float:
    """The longest response time until now: a request counts as hung beyond twice that."""
    with urllib.request.urlopen(f"{run.url}/stats/requests") as answer:
        return max(float(row["max_response_time"]) for row in json.load(answer)["stats"]) / 1000


def unanswered(target: RunningTarget) -> int:
    """The requests that the target has received and not answered, as of one moment."""
    counts = target.counts()
    return int(counts["total"] - counts["answered"])


def answers_errors(run: Swarm, target: RunningTarget) -> None:
    target.fault("errors")
    alone(run)


def never_answers(run: Swarm, target: RunningTarget) -> None:
    target.fault("hang")
    # A request counts as hung after 10 s, and a busy machine sends it late.
    alone(run, "20s")


def hangs_later(run: Swarm, target: RunningTarget) -> None:
    manned(run, workers=1)
    target.fault("hang")
    wait_until(lambda: unanswered(target) == 6, lambda: f"all users hang: {target.counts()}")
    time.sleep(10.5 + 2 * slowest_s(run))
    stop(run)


def answers_without_measure(mode: str) -> Act:
    def act(run: Swarm, target: RunningTarget) -> None:
        target.fault(mode)
        alone(run)

    return act


def goes_away(run: Swarm, target: RunningTarget) -> None:
    manned(run)
    target.fault("refuse", for_s=60)
    run.await_state("failures", lambda state: state["failures"] > 20)
    stop(run)


def blips(run: Swarm, target: RunningTarget) -> None:
    manned(run)
    target.fault("errors")
    run.await_state("a failure", lambda state: state["failures"])
    target.fault("ok")
    run.await_state("half of the budget", lambda state: state["requests"] > 4 * state["failures"])
    stop(run)
    assert run.metrics()["totals"]["failures"]


def loses_two(run: Swarm, _: RunningTarget) -> None:
    manned(run, workers=3)
    for index in range(2):
        await_living(run, 3 - index)
        run.workers[index].kill()
    await_living(run, 1)
    stop(run)


def loses_users(run: Swarm, _: RunningTarget) -> None:
    manned(run, workers=2)
    await_living(run, 2)
    # Who is to take over stands still: the gap is certain.
    run.workers[1].send_signal(signal.SIGSTOP)
    run.workers[0].kill()
    time.sleep(3)
    run.workers[1].send_signal(signal.SIGCONT)
    await_living(run, 1)
    stop(run)


def is_stopped(run: Swarm, _: RunningTarget) -> None:
    manned(run)
    stop(run)


def is_stopped_before_its_time(run: Swarm, _: RunningTarget) -> None:
    manned(run, "--run-time=10m")
    stop(run)


def fills_its_folder(run: Swarm, _: RunningTarget) -> None:
    manned(run)
    # Writing to this device fails as it does on a full disk.
    (run.run_folder() / ".report.html.part").symlink_to("/dev/full")
    stop(run)
    assert "swarmfile: verdict INVALID " in run.log()


def loses_its_exporter(run: Swarm, _: RunningTarget) -> None:
    manned(run)
    variables = {"SWARMFILE_MASTER": run.url, "SWARMFILE_PORT": str(free_port())}
    code = "from swarmfile.metrics.process import main; main()"
    with subprocess.Popen([sys.executable, "-c", code], env=os.environ | variables) as exporter:
        await_more(run)
        exporter.kill()
    await_more(run)
    stop(run)


def gets_a_worker_late(run: Swarm, _: RunningTarget) -> None:
    manned(run, workers=1)
    run.add_worker()
    await_living(run, 2)
    await_more(run)
    stop(run)


def has_a_slow_master(run: Swarm, _: RunningTarget) -> None:
    manned(run, workers=2)
    assert run.master
    run.master.send_signal(signal.SIGSTOP)
    time.sleep(4)
    run.master.send_signal(signal.SIGCONT)
    await_more(run)
    stop(run)


STAGES = [{"name": "long", "users": 6, "spawnRate": 6, "duration": "10m"}]
TOLERANT = PATIENT | {"workersLost": "invalidate"}
ROWS = {
    "the target refuses connections": Row(runs, host="http://127.0.0.1:1"),
    "the target answers 500": Row(answers_errors),
    "the target never answers": Row(never_answers),
    # Slow users: the few requests that hang must be more than 1% of all.
    "the target hangs in the midst of a run": Row(hangs_later, SHOPPER.replace("0.1", "0.5")),
    "the target's bodies never end": Row(answers_without_measure("flood"), SWARM_SHOPPER),
    "the target's bodies inflate beyond measure": Row(answers_without_measure("bomb"), SWARM_SHOPPER),
    "the target's headers never end": Row(answers_without_measure("head"), SWARM_SHOPPER),
    "the target's headers never end, for FastHttpUser": Row(
        answers_without_measure("head"), SHOPPER.replace("HttpUser", "FastHttpUser")
    ),
    "the target goes away for long": Row(goes_away),
    "the target fails for a moment, within the error budget": Row(
        blips, settings={"assertions": UNHURRIED | {"errorRateThreshold": 0.5}}
    ),
    "the target's name is unknown": Row(runs, host="http://nowhere.invalid."),
    "two workers are killed one after the other, and their users run again in time": Row(
        loses_two, settings={"validity": TOLERANT | {"workerLossToleranceS": 60}}
    ),
    "a worker is killed, and its users do not run again in time": Row(
        loses_users, settings={"validity": TOLERANT | {"workerLossToleranceS": 1}}
    ),
    "somebody stops a run that has a run time": Row(is_stopped_before_its_time),
    "somebody stops a run that has stages": Row(is_stopped, settings={"stages": STAGES}),
    "somebody stops a run without an end of its own": Row(is_stopped),
    "the results folder is full": Row(fills_its_folder),
    "the exporter is killed": Row(loses_its_exporter),
    "the script raises in on_start": Row(runs, IN_ON_START),
    "the script raises in a task": Row(runs, IN_A_TASK),
    "the script raises in a task, which `scriptErrors: ignore` allows": Row(
        runs, IN_A_TASK, {"validity": PATIENT | {"scriptErrors": "ignore"}}
    ),
    "a listener of the script raises": Row(runs, IN_A_LISTENER),
    "a worker joins late": Row(gets_a_worker_late),
    "the master stands still for some seconds": Row(has_a_slow_master),
    "the clock jumps by an hour": Row(
        runs, JUMPS, {"assertions": UNHURRIED | {"criteria": ["rate > 1/s", "rate < 200/s", "p95 < 60s for 2s"]}}
    ),
}


@pytest.fixture(scope="module")
def happened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Happened]:
    with happening(ROWS, request, tmp_path_factory) as runs_by_fault:
        yield runs_by_fault


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", ROWS)
def test_a_fault_has_the_verdict_of_the_table(happened: Happened, fault: str) -> None:
    verdict, files = happened[fault].result()
    assert_as_documented(fault, verdict)
    assert files == RUN_FILES - ({"report.html"} if fault == "the results folder is full" else set())
