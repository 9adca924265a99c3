"""The pipelines of examples/ci for a cluster, their shell lines really run: deployed, judged and removed again."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.cluster import PATIENCE, ROOT, Namespace, fresh_namespace, until
from tests.cluster.environments import Environment, project_copy

pytestmark = pytest.mark.timeout(600)
CI = ROOT / "examples" / "ci"
GITHUB: dict[str, Any] = yaml.safe_load((CI / "github-actions-cluster.yml").read_text())
GITLAB: dict[str, Any] = yaml.safe_load((CI / "gitlab-ci-cluster.yml").read_text())
SHELL = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
# The example's run, short and small.
ENGINE = """
master:
  args: [--autostart, --users=2, --spawn-rate=2, --run-time=10s]
  resources: &small
    requests: {cpu: 20m, memory: 64Mi}
worker:
  resources: *small
"""


@dataclass(frozen=True)
class Server:
    """Runs a pipeline's lines in a checkout, against a namespace of its own."""

    deployed: Environment
    variables: dict[str, str]

    def run(self, lines: str) -> int:
        return subprocess.run([*SHELL, lines], cwd=self.deployed.project, env=self.variables, check=False).returncode


@pytest.fixture
def server(upstream_chart: str, namespace: Namespace, target: str, helmfile: Path, tmp_path: Path) -> Iterator[Server]:
    checkout = project_copy(tmp_path / "checkout")
    (checkout / "config" / "load" / "locust.yml").write_text(ENGINE)
    host = f"{target}.{namespace.name}"
    programs = [Path(sys.executable).parent, helmfile.parent, os.environ["PATH"]]
    with fresh_namespace(namespace.helm_path) as own:
        variables = {
            "PATH": os.pathsep.join(map(str, programs)),
            "HELMFILE_HELM_BINARY": str(own.helm_path),
            "HOST": host,
            "NAMESPACE": own.name,
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        }
        yield Server(Environment("load", own, helmfile, host, project=checkout), os.environ | variables)


def github(server: Server) -> int:
    """Runs the steps from the deployment on; after one that failed only those that always run."""
    steps = [step for step in GITHUB["jobs"]["load"]["steps"] if "run" in step]
    failed = 0
    for step in steps[[step["name"] for step in steps].index("Deploy") :]:
        if not failed or step.get("if") == "always()":
            failed = server.run(step["run"]) or failed
    return failed


def gitlab(server: Server) -> int:
    """Runs the script, and what follows it in any case."""
    code = server.run("\n".join(GITLAB["load"]["script"]))
    server.run("\n".join(GITLAB["load"]["after_script"]))
    return code


@pytest.mark.parametrize("pipeline", [github, gitlab])
@pytest.mark.parametrize(("outcome", "p95_ms", "code"), [("PASS", 60_000, 0), ("FAIL", 0, 1)])
def test_a_pipeline_ends_as_the_verdict_says_and_removes_what_it_deployed(
    server: Server, pipeline: Callable[[Server], int], outcome: str, p95_ms: int, code: int
) -> None:
    checkout = server.deployed.project
    judged = {**PATIENCE, "assertions": {"p95ThresholdMs": p95_ms}}
    (checkout / "config" / "load" / "test.yml").write_text(yaml.safe_dump(judged))
    assert pipeline(server) == code
    assert outcome in (checkout / "results" / "summary.md").read_text()
    assert "<testsuite" in (checkout / GITLAB["load"]["artifacts"]["reports"]["junit"]).read_text()
    until(lambda: not server.deployed.leftovers(), "clean namespace", 90)
