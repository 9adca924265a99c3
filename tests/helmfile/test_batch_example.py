"""The batch example's helmfile: a target first, and then the test against it."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

EXAMPLE = Path(__file__).parents[2] / "examples" / "batch"


def run(helmfile: Path, helm: Path, *arguments: str, namespace: str) -> list[dict[str, Any]]:
    own = {"HELMFILE_HELM_BINARY": str(helm), "NAMESPACE": namespace, "RUN_ID": "again", "KUBECONFIG": "/dev/null"}
    command = [str(helmfile), "--file", str(EXAMPLE / "helmfile.yaml.gotmpl"), *arguments]
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def test_the_test_needs_the_target_which_is_waited_for(helmfile: Path, helm4: Path) -> None:
    (state,) = run(helmfile, helm4, "build", namespace="shop")
    releases = {release["name"]: release for release in state["releases"]}
    assert releases["batch"]["needs"] == ["shop/demo-target"]
    assert releases["demo-target"]["wait"] is True
    assert {release["namespace"] for release in state["releases"]} == {"shop"}


@pytest.fixture
def documents(helmfile: Path, helm: Path) -> dict[str, dict[str, Any]]:
    rendered = run(helmfile, helm, "template", namespace="shop")
    return {f"{one['kind']} {one['metadata']['name']}": one for one in rendered}


def test_the_test_is_told_the_targets_service_and_gets_every_input(documents: dict[str, dict[str, Any]]) -> None:
    settings = documents["ConfigMap batch-swarmfile-settings"]["data"]["settings.json"]
    assert '"host": "http://demo-target"' in settings
    assert '"runId": "again"' in settings
    assert "Service demo-target" in documents
    data = documents["ConfigMap batch-swarmfile-test-data"]["data"]
    assert data == {path.name: path.read_text() for path in (EXAMPLE / "data").iterdir()}
