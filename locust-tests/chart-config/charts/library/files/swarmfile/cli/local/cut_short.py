"""Writes INVALID for a run whose master ended without a verdict, in the words and files of the package.

A process of its own, since the library imports Locust, which changes the process that it is imported in.
"""

import subprocess
import sys
import time
from pathlib import Path

from swarmfile.cli.local.staging import StagedRun


def conclude(stage: StagedRun, folder: Path, test_type: str, reason: str) -> None:
    """Writes verdict.json, junit.xml and summary.md with one reason."""
    command = [sys.executable, "-m", "swarmfile.cli.local.cut_short", str(folder), test_type, reason]
    subprocess.run(command, env=dict(stage.environment), cwd=stage.folder, check=True)


def write(folder: Path, test_type: str, reason: str, known: str = "") -> None:
    """Does so in this process; the run is called as its folder is. known: a sentence with the last known numbers."""
    from swarmfile.results.files import write_verdict
    from swarmfile.run.context import Context
    from swarmfile.run.finished import Cause, Run
    from swarmfile.verdict import judge

    now = time.time()
    run = Run(folder.name, test_type, folder, now, now, None, Cause.NEVER_BEGAN, known=known)
    write_verdict(run, judge(folder.name, test_type, [reason], []), Context())


if __name__ == "__main__":
    write(Path(sys.argv[1]), *sys.argv[2:])
