"""The exporter beside a run on a laptop, as a process."""

import os
import subprocess
from urllib.error import URLError
from urllib.request import urlopen

from swarmfile.cli.local.launch import exporter_command
from swarmfile.cli.local.locust_process import PARENT
from swarmfile.cli.local.ports import free_port
from tests.waiting import wait_until


def environment(port: int, parent: int) -> dict[str, str]:
    variables = {"SWARMFILE_MASTER": "http://127.0.0.1:9", "SWARMFILE_PORT": str(port), PARENT: str(parent)}
    return {**os.environ, **variables}


def page(port: int) -> bytes:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            content: bytes = answer.read()
            return content
    except URLError:
        return b""


def test_it_serves_as_long_as_the_command_line_lives() -> None:
    port = free_port()
    with subprocess.Popen(exporter_command(), env=environment(port, os.getpid())) as exporter:
        assert b"swarmfile_up 0.0" in wait_until(lambda: page(port), lambda: "a page")
        exporter.terminate()


def test_it_does_not_begin_when_the_command_line_is_gone() -> None:
    done = subprocess.run(exporter_command(), env=environment(free_port(), os.getppid()), check=False, timeout=60)
    assert done.returncode == 1
