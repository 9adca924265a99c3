"""Whether a process is gone, asked of real ones."""

import os
import subprocess
import sys
import threading

from swarmfile.run.context import Context
from swarmfile.run.parent import install, is_gone


def test_a_process_that_runs_is_there() -> None:
    assert not is_gone(os.getpid())


def test_somebody_elses_process_is_there() -> None:
    assert not is_gone(1)


def test_a_process_that_ended_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert is_gone(process.pid)


def test_without_a_parent_nobody_watches() -> None:
    before = threading.active_count()
    install(Context())
    assert threading.active_count() == before
