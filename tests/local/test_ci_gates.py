"""The gates of examples/ci before a canary: their commands really run, against a test that waits for them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.process import RunningTarget
from tests.local.swarm import Swarm, swarm

CI = Path(__file__).parents[2] / "examples" / "ci"
ARGO: dict[str, Any] = yaml.safe_load((CI / "argo-rollouts.yaml").read_text())
FLAGGER: dict[str, Any] = yaml.safe_load((CI / "flagger.yaml").read_text())
JOB = ARGO["spec"]["metrics"][0]["provider"]["job"]["spec"]
GATE = JOB["template"]["spec"]["containers"][0]
WEBHOOK = FLAGGER["spec"]["analysis"]["webhooks"][0]
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def waiting(demo_target: RunningTarget, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    """A test that waits in its web UI, as `mode: deployment` starts it."""
    with swarm(tmp_path_factory.mktemp("gate"), demo_target.url) as one:
        one.start(workers=1)
        one.await_state("a worker", lambda state: [each["state"] for each in state["workers"]] == ["ready"])
        yield one


def argo(one: Swarm, host: str) -> int:
    """Runs what Argo Rollouts would run in a Job; returns its exit code."""
    (said,) = (each["value"] for each in GATE["env"] if each["name"] == "LOAD")
    load = said.replace("run_time=2m", "run_time=3s") + f"&host={host}"
    assert load.count("3s") == 1
    command = [sys.executable, *GATE["command"][1:]]
    environment = {**os.environ, "TEST": one.url, "LOAD": load}
    return subprocess.run(command, env=environment, check=False, timeout=120).returncode


def flagger(one: Swarm, host: str) -> int:
    """Runs what Flagger's load tester would run; returns its exit code."""
    lines = WEBHOOK["metadata"]["cmd"].replace("http://gate-swarmfile.test:8089", one.url)
    lines = lines.replace("-d run_time=2m", f"-d run_time=3s -d host={host}")
    assert lines.count("3s") == 1
    return subprocess.run(["bash", "-c", lines], check=False, timeout=120).returncode


@pytest.mark.parametrize("gate", [argo, flagger])
def test_a_gate_opens_after_pass_alone(waiting: Swarm, demo_target: RunningTarget, gate: Any) -> None:  # noqa: ANN401
    if gate is flagger and not (shutil.which("jq") and shutil.which("curl")):
        pytest.skip("jq or curl is missing, which Flagger's load tester has: install them")
    assert gate(waiting, demo_target.url) == 0, waiting.log()
    assert gate(waiting, NOBODY) == 1, waiting.log()


def test_a_gate_leaves_a_run_alone_that_somebody_else_started(waiting: Swarm, demo_target: RunningTarget) -> None:
    waiting.post("/swarm", user_count=1, spawn_rate=1, host=demo_target.url)
    run = waiting.await_state("a run", lambda state: state["state"] == "running")["run"]
    assert argo(waiting, demo_target.url) == 1
    state = waiting.state()
    assert (state["run"], state["state"], state["verdict"]) == (run, "running", None)


def test_the_gates_are_what_their_controllers_ask_for() -> None:
    assert (ARGO["apiVersion"], ARGO["kind"]) == ("argoproj.io/v1alpha1", "AnalysisTemplate")
    assert (JOB["backoffLimit"], JOB["template"]["spec"]["restartPolicy"]) == (0, "Never")
    assert GATE["env"][0] == {"name": "TEST", "value": "{{args.test}}"}
    assert [each["name"] for each in ARGO["spec"]["args"]] == ["test"]
    assert (FLAGGER["apiVersion"], FLAGGER["kind"]) == ("flagger.app/v1beta1", "Canary")
    assert (WEBHOOK["type"], WEBHOOK["metadata"]["type"]) == ("pre-rollout", "bash")
