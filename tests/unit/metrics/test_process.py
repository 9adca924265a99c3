"""The exporter as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from swarmfile.cli.local.ports import free_port
from tests.waiting import wait_until

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def process(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    variables = {**os.environ, "SWARMFILE_MASTER": NOBODY, "SWARMFILE_PORT": str(port)}
    command = [sys.executable, "-c", "from swarmfile.metrics.process import main; main()"]
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL) as started:
        yield started
        started.kill()


def page(port: int) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            return str(answer.read().decode())
    except (HTTPError, URLError):
        return ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_end(
    process: "subprocess.Popen[bytes]", port: int, number: signal.Signals
) -> None:
    assert "swarmfile_up 0.0" in wait_until(lambda: page(port), lambda: "a page")
    process.send_signal(number)
    assert process.wait(60) == 0
