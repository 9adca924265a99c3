"""The pipelines of examples/ci, their shell lines really run: PASS lets them go on, FAIL and INVALID stop them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.process import RunningTarget
from tests.local.swarm import PATIENT

ROOT = Path(__file__).parents[2]
CI = ROOT / "examples" / "ci"
GITHUB: dict[str, Any] = yaml.safe_load((CI / "github-actions.yml").read_text())
GITLAB: dict[str, Any] = yaml.safe_load((CI / "gitlab-ci.yml").read_text())
STEPS = GITHUB["jobs"]["smoke"]["steps"]
SHELL = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
PATIENCE_S = 240
# The example's run, short.
SCRIPT = """
from locust import HttpUser, constant, task

class Visitor(HttpUser):
    wait_time = constant(0.2)

    @task
    def visit(self):
        {visit}
"""
VISITS = {"PASS": "self.client.get('/')", "FAIL": "self.client.get('/not-there')", "INVALID": "pass"}
EXIT_CODES = {"PASS": 0, "FAIL": 1, "INVALID": 2}
SHORT = "{users: 2, spawnRate: 2, runTime: 5s}"
TEST = f"\nloadTest: {SHORT}\nassertions: {{p95ThresholdMs: 60000}}\nvalidity: {json.dumps(PATIENT)}\n"


def step(name: str) -> str:
    """The shell lines of a step of the workflow."""
    return str(next(each["run"] for each in STEPS if each.get("name") == name))


@dataclass(frozen=True)
class Pipeline:
    """A checkout in which the test's lines run."""

    folder: Path
    host: str

    def start(self, lines: str) -> "subprocess.Popen[str]":
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOST": self.host,
            "LOCUSTFILE": str(self.folder / "visit.py"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
        }
        output = (self.folder / "output").open("a")
        with output:
            return subprocess.Popen(
                [*SHELL, lines], cwd=self.folder, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
            )


def checkout(folder: Path, host: str, outcome: str) -> Pipeline:
    """What the example checks out, with a script that leads to this outcome and a short run."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name not in ("config", "results") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    for path in (ROOT / "config").glob("*/*.yml"):
        (folder / "config" / path.parent.name).mkdir(parents=True, exist_ok=True)
        (folder / "config" / path.parent.name / path.name).write_text(path.read_text())
    (folder / "config" / "smoke" / "test.yml").write_text(TEST)
    (folder / "visit.py").write_text(SCRIPT.format(visit=VISITS[outcome]))
    return Pipeline(folder, host)


LINES = {"github": step("Smoke test"), "gitlab": "\n".join(GITLAB["smoke"]["script"])}
CASES = [("github", "PASS"), ("github", "FAIL"), ("gitlab", "PASS"), ("gitlab", "INVALID")]


@pytest.fixture(scope="module")
def ended(
    demo_target: RunningTarget, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], tuple[int, Path]]]:
    """All pipelines, run at once: how each ended, and where."""
    folder = tmp_path_factory.mktemp("ci")
    started = {}
    for case in CASES:
        pipeline = checkout(folder / "-".join(case), demo_target.url, case[1])
        started[case] = (pipeline, pipeline.start(LINES[case[0]]))
    try:
        yield {case: (process.wait(PATIENCE_S), pipeline.folder) for case, (pipeline, process) in started.items()}
    finally:
        for _, process in started.values():
            process.kill()
            process.wait()


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_a_pipeline_ends_as_the_verdict_says(
    ended: dict[tuple[str, str], tuple[int, Path]], case: tuple[str, str]
) -> None:
    code, folder = ended[case]
    assert code == EXIT_CODES[case[1]], (folder / "output").read_text()
    pattern = GITLAB["smoke"]["artifacts"]["reports"]["junit"]
    (report,) = folder.glob(pattern)
    assert "<testsuite" in report.read_text()


@pytest.mark.parametrize("outcome", ["PASS", "FAIL"])
def test_the_summary_is_shown_whatever_the_verdict_is(
    ended: dict[tuple[str, str], tuple[int, Path]], outcome: str
) -> None:
    folder = ended["github", outcome][1]
    assert Pipeline(folder, "").start(step("Summary")).wait(PATIENCE_S) == 0
    assert outcome in (folder / "summary").read_text()


@pytest.mark.parametrize("path", sorted(CI.glob("*.yml")), ids=lambda path: path.name)
def test_a_pipeline_is_what_its_server_reads(path: Path) -> None:
    schema = "vendor.github-workflows" if path.name.startswith("github") else "vendor.gitlab-ci"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_what_ran_is_kept_whatever_the_verdict_is() -> None:
    names = [each.get("name") for each in STEPS]
    assert [each["if"] for each in STEPS[names.index("Smoke test") + 1 :]] == ["always()"] * 2
    assert GITLAB["smoke"]["artifacts"]["when"] == "always"
