"""The files of a run whose master ended without a verdict."""

import json
from pathlib import Path

from swarmfile.cli.local.cut_short import write


def test_the_verdict_is_invalid_with_its_reason_in_each_file(tmp_path: Path) -> None:
    folder = tmp_path / "smoke-1"
    write(folder, "smoke", "the master ended without a verdict: killed by SIGKILL")
    verdict = json.loads((folder / "verdict.json").read_text())
    assert (verdict["run"], verdict["type"], verdict["outcome"], verdict["exitCode"]) == (
        "smoke-1",
        "smoke",
        "INVALID",
        2,
    )
    for name in ("verdict.json", "junit.xml", "summary.md"):
        assert "killed by SIGKILL" in (folder / name).read_text()
