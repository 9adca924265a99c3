"""The examples for Argo CD and Flux: their fields are the CRDs', and their values make the chart's manifests."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.chart.rendering import ROOT, of_kind, render

EXAMPLES = ROOT / "examples" / "gitops"
# Of each CRD what the examples use, and nothing else: a field that it does not know is an error here.
KNOWN: dict[str, Any] = json.loads(Path(__file__).with_name("gitops-fields.json").read_text())
OBJECTS = [each for path in sorted(EXAMPLES.iterdir()) for each in yaml.safe_load_all(path.read_text())]
BY_KIND = {each["kind"]: each for each in OBJECTS}


@pytest.mark.parametrize("example", OBJECTS, ids=lambda each: str(each["kind"]))
def test_an_example_has_only_fields_that_its_crd_knows(example: dict[str, Any]) -> None:
    known = KNOWN[example["kind"]]
    assert example["apiVersion"] == known["apiVersion"]
    assert set(example) == {"apiVersion", "kind", "metadata", "spec"}
    assert [error.message for error in Draft7Validator(known["spec"]).iter_errors(example["spec"])] == []


def test_the_values_for_flux_make_a_job_and_another_run_id_another_one(helm: Path) -> None:
    release = BY_KIND["HelmRelease"]
    values = release["spec"]["values"]
    names = {
        of_kind(render(helm, {**values, "runId": run}, release=release["metadata"]["name"]), "Job")["metadata"]["name"]
        for run in ("1", "1", "2")
    }
    assert len(names) == 2


def test_flux_gets_the_charts_version_from_the_repository_of_the_release() -> None:
    chart = yaml.safe_load((ROOT / "locust-tests" / "chart-config" / "Chart.yaml").read_text())
    source = BY_KIND["OCIRepository"]
    assert source["spec"]["ref"]["tag"] == str(chart["version"])
    assert source["spec"]["url"].endswith(f"/{chart['name']}")
    assert BY_KIND["HelmRelease"]["spec"]["chartRef"]["name"] == source["metadata"]["name"]
