"""`make demo`, shortened."""

import re
import subprocess
import sys
from pathlib import Path

from demo.show import STAGES
from tests.local.swarmfile_process import PATIENCE_S, PATIENTLY, ROOT
from tests.results_folder import RUN_FILES


def test_the_demo_shows_why_its_shop_fails_and_where_the_report_is(tmp_path: Path) -> None:
    shorter = re.sub(r"duration: \d+s", "duration: 5s", STAGES)
    command = [sys.executable, "-m", "demo.show", *PATIENTLY, f"--set=stages={shorter}", f"--results={tmp_path}"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    (folder,) = tmp_path.iterdir()
    verdict = shown.stdout.partition(f"\nFAIL {folder.name}\n")[2]
    assert re.match(r'  p95 of "GET /search" during "spike" was [\d,]+ ms, not < 400ms\n', verdict), shown.stdout
    assert f"\n  {folder / 'report.html'}\n" in verdict
    assert {path.name for path in folder.iterdir()} >= RUN_FILES
