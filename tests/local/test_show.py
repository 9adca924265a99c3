"""`make demo`, shortened."""

import subprocess
import sys
from pathlib import Path

from tests.local.swarmfile_process import PATIENCE_S, PATIENTLY, ROOT
from tests.results_folder import RUN_FILES


def test_the_demo_ends_with_pass_and_nine_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "demo.show", *PATIENTLY, "--run-time=5s", "--results", str(tmp_path)]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    (folder,) = tmp_path.iterdir()
    assert f"PASS {folder.name}\nresults: {folder}\n" in shown.stdout
    assert {path.name for path in folder.iterdir()} >= RUN_FILES
