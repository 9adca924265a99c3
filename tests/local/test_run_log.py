"""The last thing in the log is the verdict with its reasons, warnings and numbers, however a process ends."""

import re
import signal
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.local.swarm import Swarm
from tests.local.test_run_marker import IN_POD
from tests.waiting import wait_until

NewSwarm = Callable[..., Swarm]
USERS = ("--users=2", "--spawn-rate=2")
SHORT = (*USERS, "--run-time=3s")
LONG = (*USERS, "--run-time=5m", "--autostart", "--autoquit=0")
STAGES = {"stages": [{"name": "only", "users": 2, "spawnRate": 2, "duration": "3s"}]}
BLOCK = re.compile(
    r"swarmfile: verdict (?:PASS|FAIL|INVALID) \S+\n(?:.*swarmfile: (?:reason|warning): .*\n)*.*numbers: .*"
)
NUMBERS = re.compile(
    r"swarmfile: numbers: ([\d,]+) requests, [\d.]+ requests/s, p95 [\d,]+ ms, [\d,]+ failed \([\d.]+%\)$"
)


def assert_verdict_last(swarm: Swarm) -> None:
    """What follows the last verdict belongs to it, and nothing stands twice without something in between."""
    text = swarm.log().rstrip("\n")
    blocks = list(BLOCK.finditer(text))
    assert blocks, text
    assert blocks[-1].end() == len(text), text
    assert len(blocks) <= 2, text
    for one, next_one in pairwise(blocks):
        assert "\n" in text[one.end() : next_one.start()].strip("\n"), text


def requests_of(swarm: Swarm) -> int:
    """The number in the last line."""
    found = NUMBERS.search(swarm.log().rstrip("\n").splitlines()[-1])
    assert found, swarm.log()
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize(
    ("way", "workers", "settings"),
    [
        (("--autostart", "--autoquit=0"), 1, {}),
        (("--headless",), 1, {}),
        (("--headless", "--loglevel=ERROR"), 0, {}),
        (("--autostart", "--autoquit=0"), 0, {"mode": "job"}),
        (("--autostart", "--autoquit=0"), 1, STAGES),
        (("--headless",), 0, STAGES),
    ],
    ids=["autoquit", "headless", "quiet", "one process", "stages", "stages headless"],
)
def test_nothing_follows_the_verdict_of_a_process_that_ends_with_its_run(
    new_swarm: NewSwarm, way: tuple[str, ...], workers: int, settings: dict[str, object]
) -> None:
    swarm = new_swarm(settings=settings)
    if workers:
        swarm.start(*SHORT, *way, workers=workers)
    else:
        swarm.start_alone(*SHORT, *way)
    assert swarm.await_end() == 0
    assert_verdict_last(swarm)
    assert requests_of(swarm) == swarm.metrics()["totals"]["requests"] > 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_follows_the_verdict_of_a_process_that_is_told_to_end(
    new_swarm: NewSwarm, number: signal.Signals
) -> None:
    swarm = new_swarm().start(*LONG, workers=1)
    swarm.await_state("requests", lambda state: state["requests"] > 5)
    assert swarm.master
    swarm.master.send_signal(number)
    assert swarm.await_end() == 2
    assert_verdict_last(swarm)
    assert "swarmfile: reason: cut short: " in swarm.log().rsplit("swarmfile: verdict INVALID", 1)[1]


def test_a_web_ui_that_stays_has_it_at_once_and_again_when_it_ends(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(settings={"validity": {"workersLost": "warn"}}).start(*SHORT, "--autostart", workers=1)
    swarm.await_verdict()
    swarm.await_log("swarmfile: numbers: ")
    assert swarm.master
    swarm.master.send_signal(signal.SIGTERM)
    swarm.await_end()
    assert_verdict_last(swarm)
    assert len(BLOCK.findall(swarm.log())) == 2


def test_a_script_that_cannot_be_run_says_so_once(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(script="def broken(:\n")
    swarm.start_master(*SHORT, "--autostart")
    assert swarm.await_end() == 2
    assert_verdict_last(swarm)
    assert len(BLOCK.findall(swarm.log())) == 1


def test_workers_that_never_came_are_the_last_thing_too(new_swarm: NewSwarm) -> None:
    swarm = new_swarm()
    swarm.start_master(*SHORT, "--autostart", "--expect-workers=1", "--expect-workers-max-wait=2")
    assert swarm.await_end() == 2
    assert_verdict_last(swarm)
    assert swarm.log().rstrip("\n").endswith("swarmfile: numbers: no requests")


def test_a_master_that_starts_again_says_it_again(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(environment=IN_POD).start(*SHORT, "--autostart", "--autoquit=0", workers=1)
    assert swarm.await_end() == 0
    requests = requests_of(swarm)
    (swarm.folder / "master.log").unlink()
    # Its worker comes after it, which is logged after the verdict.
    swarm.start(*SHORT, "--autostart", "--autoquit=0", workers=1)
    swarm.await_state("its worker", lambda state: state["workers"])
    said = wait_until(lambda: BLOCK.findall(swarm.log())[1:], lambda: f"a second verdict:\n{swarm.log()}")
    assert len(said) == 1
    assert_verdict_last(swarm)
    assert requests_of(swarm) == requests


def test_a_jobs_process_that_starts_again_says_it_once(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(environment=IN_POD, settings={"mode": "job"})
    swarm.start_alone(*SHORT, "--autostart", "--autoquit=0")
    assert swarm.await_end() == 0
    requests = requests_of(swarm)
    (swarm.folder / "master.log").unlink()
    swarm.start_alone(*SHORT, "--autostart", "--autoquit=0")
    assert swarm.await_end() == 0
    assert_verdict_last(swarm)
    assert len(BLOCK.findall(swarm.log())) == 1
    assert requests_of(swarm) == requests
