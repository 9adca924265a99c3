"""The demo target's chart: this repository's demo on the Locust image, within the restricted standard."""

import shutil
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from tests.chart.rendering import ROOT, environment, of_kind, pod_spec, render, run

CHART = ROOT / "examples" / "demo-target"
PROTECTED = {"auth": {"existingSecret": "shop-login", "existingSecretPasswordKey": "pw"}}


def target(helm: Path, values: dict[str, Any], *arguments: str) -> list[dict[str, Any]]:
    return render(helm, values, *arguments, release="demo-target", chart=CHART)


def test_the_strict_linter_has_nothing_to_say(helm: Path) -> None:
    linted = run(helm, "lint", "--strict", str(CHART))
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("version", ["1.29", ".".join(kubernetes_validate.latest_version().split(".")[:2])])
def test_kubernetes_accepts_it(helm: Path, version: str) -> None:
    for document in target(helm, PROTECTED, "--kube-version", version):
        kubernetes_validate.validate(document, version, strict=True)


def test_the_pod_gets_each_module_byte_for_byte(helm: Path) -> None:
    source = of_kind(target(helm, {}), "ConfigMap")["data"]
    assert source == {path.name: path.read_text() for path in (ROOT / "demo").glob("*.py")}


def test_other_source_rolls_the_pod(helm: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(CHART, tmp_path / "demo-target"))
    before = pod_annotations(helm, copy)
    (copy / "files" / "demo" / "pages.py").write_text("# edited\n")
    assert pod_annotations(helm, copy) != before == pod_annotations(helm, CHART)


def pod_annotations(helm: Path, chart: Path) -> dict[str, str]:
    template = of_kind(render(helm, {}, chart=chart), "Deployment")["spec"]["template"]
    annotations: dict[str, str] = template["metadata"]["annotations"]
    return annotations


def test_a_password_comes_from_the_secret_into_the_environment_alone(helm: Path) -> None:
    deployment = of_kind(target(helm, PROTECTED), "Deployment")
    assert environment(deployment)["DEMO_PASSWORD"] == {"secretKeyRef": {"name": "shop-login", "key": "pw"}}
    assert environment(deployment)["DEMO_BASIC_AUTH"] == "$(DEMO_USERNAME):$(DEMO_PASSWORD)"


def test_nothing_is_protected_unless_told(helm: Path) -> None:
    assert "DEMO_BASIC_AUTH" not in environment(of_kind(target(helm, {}), "Deployment"))


def test_batches_fare_as_values_say(helm: Path) -> None:
    values = {"batch": {"durationS": 1, "windowS": 2000000, "failureRate": 0.5, "lineFailureRate": 0.25}}
    given = environment(of_kind(target(helm, values), "Deployment"))
    told = {name.removeprefix("DEMO_BATCH_"): float(text) for name, text in given.items() if "BATCH" in name}
    assert told == {"DURATION_S": 1, "WINDOW_S": 2e6, "FAILURE_RATE": 0.5, "LINE_FAILURE_RATE": 0.25}


def test_the_pod_gets_no_token(helm: Path) -> None:
    assert pod_spec(of_kind(target(helm, {}), "Deployment"))["automountServiceAccountToken"] is False
