"""From a wheel in an empty virtual environment: a repository of one's own, a run in it, and the next version."""

import json
from pathlib import Path

import pytest

from demo.process import RunningTarget
from swarmfile.cli.project.create import create
from swarmfile.cli.project.shipped import installed
from tests import wheel
from tests.local.swarmfile_process import PATIENTLY
from tests.own_repository import Journey


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    return Journey(tmp_path_factory.mktemp("journey"))


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_wheel_brings_every_file_that_a_clone_would_write(journey: Journey, tmp_path: Path) -> None:
    assert journey.run("--version").split()[-1] == installed().version
    create(tmp_path / "of the clone", installed(), ["smoke", "load"], "github")
    assert contents(journey.own) == contents(tmp_path / "of the clone")


def test_a_run_works_at_once_and_the_next_version_names_the_key_that_it_renamed(
    journey: Journey, demo_target: RunningTarget
) -> None:
    small = ("--users=2", "--spawn-rate=2", "--run-time=3s", "--workers=1", *PATIENTLY)
    assert "PASS" in journey.run("run", "smoke", "--host", demo_target.url, *small)
    journey.commit()
    journey.get_next_version()
    assert "pods run version" in journey.run("run", "smoke", code=3)
    assert "+    timeoutSeconds: 11" in journey.run("upgrade", "--check", code=1)
    assert "--yes is missing" in journey.run("upgrade", code=3)
    wheel.edit(journey.own / "config" / "smoke" / "test.yml", "# Smoke", "loadTest: {duration: 2m}\n# Smoke")
    said = journey.run("upgrade", "--yes").splitlines()
    assert said[-1] == "config/smoke/test.yml: loadTest.duration is loadTest.runTime since 9.0.0; rename it"
    wheel.edit(journey.own / "config" / "smoke" / "test.yml", "duration", "runTime")
    assert json.loads((journey.own / "locust-tests" / "swarmfile.json").read_text())["version"] == wheel.NEXT
    assert (journey.own / "locust-tests" / "requirements.txt").read_text() == "swarmfile==9.0.0\n"
    journey.commit()
    journey.run("upgrade", "--check")
