"""`swarmfile run --metrics-port` ends when its verdict was scraped, and at once when it is told to."""

import signal
from pathlib import Path
from urllib.request import urlopen

from demo.process import RunningTarget
from swarmfile.cli.local.ports import free_port
from tests.local.swarmfile_process import Started, run_arguments, started
from tests.waiting import wait_until

# No test waits that long: who ends earlier does not for the time's sake.
LINGER_S = 3600


def arguments(folder: Path, target: RunningTarget, port: int) -> list[str]:
    metrics = [f"--metrics-port={port}", f"--metrics-linger={LINGER_S}"]
    return run_arguments(folder, target.url, "smoke", "--users=2", "--run-time=3s", "--workers=1", *metrics)


def await_verdict(run: Started) -> None:
    wait_until(lambda: run.runs() and (run.runs()[-1] / "verdict.json").exists(), lambda: run.output, 120)


def shows_verdict(port: int) -> bool:
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return b"swarmfile_verdict{" in answer.read()


def test_it_stays_until_the_verdict_was_scraped(tmp_path: Path, demo_target: RunningTarget) -> None:
    port = free_port()
    with started(tmp_path, *arguments(tmp_path, demo_target, port)) as run:
        await_verdict(run)
        wait_until(lambda: shows_verdict(port), lambda: run.output)
        assert run.ended() == run.verdict()["exitCode"]
        assert run.left_behind() == []


def test_a_signal_ends_it_though_nobody_scrapes(tmp_path: Path, demo_target: RunningTarget) -> None:
    with started(tmp_path, *arguments(tmp_path, demo_target, free_port())) as run:
        await_verdict(run)
        outcome = run.verdict()["outcome"]
        run.process.send_signal(signal.SIGINT)
        assert run.ended() == run.verdict()["exitCode"]
        assert run.verdict()["outcome"] == outcome
        assert run.left_behind() == []
