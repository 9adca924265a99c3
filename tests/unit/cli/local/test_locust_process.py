"""A process that ends with the one that started it: real ones, killed."""

import os
import subprocess
import sys

import psutil
import pytest

from swarmfile.cli.local.locust_process import PARENT
from tests.waiting import wait_until

CHILD = """
import os, time
from swarmfile.cli.local.locust_process import end_with_parent

end_with_parent()
print(os.getpid(), flush=True)
time.sleep(600)
"""
START = f"""
import os, subprocess, sys

subprocess.run([sys.executable, "-c", {CHILD!r}], env={{**os.environ, {PARENT!r}: str(os.getpid())}})
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the in-pod library watches")


def test_a_process_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, lambda: "the child's end")


def test_a_process_whose_parent_was_gone_before_it_asked_does_not_begin() -> None:
    environment = {**os.environ, PARENT: str(os.getppid())}
    done = subprocess.run([sys.executable, "-c", CHILD], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
