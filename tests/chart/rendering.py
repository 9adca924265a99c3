"""Runs helm on the chart, the way users do."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "locust-tests" / "chart-config"
CASES = ROOT / "tests" / "chart" / "cases"
HOST = "https://example.com"
Manifest = dict[str, Any]


def run(helm: Path, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([helm, *arguments], input=stdin, capture_output=True, text=True, check=False)


def template(
    helm: Path, values: Mapping[str, Any], *arguments: str, release: str = "t", chart: Path = CHART
) -> subprocess.CompletedProcess[str]:
    """Runs helm template with these values and arguments."""
    return run(helm, "template", release, str(chart), "-f", "-", *arguments, stdin=json.dumps(values))


def render(
    helm: Path, values: Mapping[str, Any], *arguments: str, release: str = "t", chart: Path = CHART
) -> list[Manifest]:
    """Returns the manifests that helm makes of these values."""
    made = template(helm, values, *arguments, release=release, chart=chart)
    assert made.returncode == 0, made.stderr
    return manifests(made.stdout)


def manifests(text: str) -> list[Manifest]:
    return [document for document in yaml.safe_load_all(text) if document]


def of_kind(documents: Sequence[Manifest], kind: str, suffix: str = "") -> Manifest:
    """Returns the only manifest of this kind whose name ends so."""
    found = [one for one in documents if one["kind"] == kind and one["metadata"]["name"].endswith(suffix)]
    assert len(found) == 1, f"{len(found)} of {kind} …{suffix}"
    return found[0]


def of_role(documents: Sequence[Manifest], role: str) -> Manifest:
    """Returns the only Job or Deployment whose pods are masters or workers."""
    found = [one for one in documents if one["kind"] in ("Job", "Deployment") and role_of(one) == role]
    assert len(found) == 1, f"{len(found)} of {role}"
    return found[0]


def role_of(workload: Manifest) -> str | None:
    label: str | None = workload["spec"]["template"]["metadata"]["labels"].get("app.kubernetes.io/component")
    return label


def pod_spec(workload: Manifest) -> Manifest:
    spec: Manifest = workload["spec"]["template"]["spec"]
    return spec


def container(workload: Manifest) -> Manifest:
    """Returns the container that runs Locust."""
    first: Manifest = pod_spec(workload)["containers"][0]
    return first


def environment(workload: Manifest) -> dict[str, Any]:
    """Returns the variables, the last of two equal ones, a reference as the map it is."""
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container(workload).get("env", [])}


def contents_of(rendered: str) -> list[str]:
    """Returns the texts in all ConfigMaps."""
    maps = [one for one in manifests(rendered) if one["kind"] == "ConfigMap"]
    return [value for one in maps for value in (one.get("data") or {}).values()]
