"""Which versions are said to be others than the tested ones, and which are refused."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from swarmfile.patches import versions
from swarmfile.patches.versions import OLDEST_LOCUST, TESTED, too_old
from swarmfile.run.context import Context

LOCK = (Path(__file__).parents[3] / "requirements" / "dev.txt").read_text("utf-8")
REFUSE = "import sys; from swarmfile.patches.versions import refuse_too_old; refuse_too_old(sys.argv[1])"


@pytest.mark.parametrize("library", sorted(TESTED.keys() - {"cpython"}))
def test_what_was_tested_is_what_is_locked(library: str) -> None:
    assert re.search(rf"^{library}==(\S+)", LOCK, re.MULTILINE | re.IGNORECASE).group(1) == TESTED[library]  # type: ignore[union-attr]


@pytest.mark.parametrize("found", ["2.32.2", "2.46.5", "2.9.0"])
def test_a_locust_that_lacks_what_we_import_is_refused(found: str) -> None:
    assert too_old(found) == f"Locust {found} is too old: Swarmfile needs {OLDEST_LOCUST} or newer; use 2.47.0"


@pytest.mark.parametrize("found", [OLDEST_LOCUST, "2.47.0", "2.47.1.dev3", "3.0"])
def test_a_newer_one_is_not(found: str) -> None:
    assert too_old(found) is None


def test_another_version_is_said_once_at_the_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        versions.install(Context())
        monkeypatch.setattr("importlib.metadata.version", lambda _: "2.48.0")
        versions.install(Context())
    assert caplog.messages == ["swarmfile: Locust 2.48.0 is installed; Swarmfile was tested with 2.47.0"]


def test_on_a_laptop_it_is_bad_input() -> None:
    done = subprocess.run([sys.executable, "-c", REFUSE, "2.32.2"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, f"swarmfile: {too_old('2.32.2')}\n")


def test_in_a_jobs_pod_the_run_is_invalid(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"mode": "job", "type": "load"}))
    environ = {"SWARMFILE_RESULTS": str(tmp_path), "SWARMFILE_DEFINITION": "d", "SWARMFILE_SETTINGS": str(settings)}
    environ |= {"SWARMFILE_RUN": "load-1"}
    command = [sys.executable, "-c", REFUSE, "2.32.2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 2
    verdict = json.loads((tmp_path / "load-1" / "verdict.json").read_text())
    assert (verdict["outcome"], verdict["reasons"]) == ("INVALID", [f"the run never began: {too_old('2.32.2')}"])
    assert "swarmfile: verdict INVALID load-1" in done.stderr
