"""What a process that ended says last; tests/local/test_run_cli.py starts real swarms."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from swarmfile.cli.local.processes import Member


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("Traceback (most recent call last):\nModuleNotFoundError: No module named 'x'\n\n", "ModuleNotFoundError: .*"),
        (
            "[2026-01-01 00:00:00,000] vm/ERROR/locust.main: No User class found!\n"
            "[2026-01-01 00:00:00,000] vm/INFO/locust.main: Shutting down\n",
            "No User class found!",
        ),
        ("[2026-01-01 00:00:00,000] vm/INFO/locust.main: Starting\n", "exit code 3"),
        ("", "exit code 3"),
    ],
)
def test_the_last_line_that_tells_something_is_the_reason(tmp_path: Path, log: str, words: str) -> None:
    (tmp_path / "log").write_text(log)
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process:
        process.wait()
    member = Member("master", process, tmp_path / "log")
    assert not member.alive
    assert re.fullmatch(words, member.last_words())


def test_a_killed_process_names_its_signal(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("something earlier")
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        member = Member("master", process, tmp_path / "log")
        assert member.alive
        process.kill()
        process.wait()
    assert member.last_words() == "killed by SIGKILL"
