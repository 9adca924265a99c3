"""The upstream chart by its OCI reference, out of a real registry."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.helmfile.conftest import PROBE, ROOT, Project
from tests.oci_registry import Registry, running_registry

KNOWN = json.loads((ROOT / "tools" / "upstream-keys.json").read_text())
REPOSITORY = "deliveryhero/helm-charts"
UPSTREAM = Path(os.environ.get("LOCUST_CHART") or PROBE)
MADE = {"locust-values"} if UPSTREAM == PROBE else {"locust-master", "locust-worker"}


@pytest.fixture(scope="module")
def registry(docker_registry: Path, helm4: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """One that has the upstream chart where ghcr.io has it."""
    with running_registry(docker_registry, tmp_path_factory.mktemp("registry")) as running:
        running.push(helm4, UPSTREAM, KNOWN["version"], REPOSITORY)
        yield running


def names(project: Project, registry: Registry, cache: Path, chart: str | None) -> set[str]:
    """The objects of a rendering that begins with nothing pulled."""
    variables = registry.variables | {"HELMFILE_CACHE_HOME": str(cache), "HELM_CACHE_HOME": str(cache)}
    done = project.run("--environment", "smoke", "template", LOCUST_CHART=chart, **variables)
    assert done.returncode == 0, done.stderr
    return {document["metadata"]["name"] for document in yaml.safe_load_all(done.stdout) if document}


def pulls(registry: Registry) -> int:
    return registry.log.read_text().count(f"/v2/{REPOSITORY}/locust/manifests/{KNOWN['version']}")


def test_what_is_pinned_is_the_chart_whose_keys_are_known(untouched: Project) -> None:
    done = untouched.run("--environment", "smoke", "list", "--output=json", LOCUST_CHART=None)
    (release,) = [each for each in json.loads(done.stdout) if each["name"] == "locust"]
    owner, name = KNOWN["chart"].split("/")
    assert (release["chart"], release["version"]) == (f"oci://ghcr.io/{owner}/helm-charts/{name}", KNOWN["version"])


def test_with_nothing_replaced_but_the_registrys_host_the_chart_is_pulled_and_rendered(
    project: Project, helm: Path, registry: Registry, tmp_path: Path
) -> None:
    text = (project.folder / "helmfile.yaml.gotmpl").read_text()
    assert text.count("ghcr.io") == 1
    project.write("helmfile.yaml.gotmpl", text.replace("ghcr.io", registry.host))
    before = pulls(registry)
    assert names(replace(project, helm=helm), registry, tmp_path / "cache", None) >= MADE
    assert pulls(registry) > before


def test_a_mirror_takes_the_place_of_the_charts_own_registry(
    untouched: Project, registry: Registry, tmp_path: Path
) -> None:
    mirror = f"oci://{registry.host}/{REPOSITORY}/locust"
    assert names(untouched, registry, tmp_path, mirror) >= MADE


def test_a_version_that_a_mirror_lacks_is_not_replaced_by_another(
    project: Project, registry: Registry, tmp_path: Path
) -> None:
    text = (project.folder / "helmfile.yaml.gotmpl").read_text()
    project.write("helmfile.yaml.gotmpl", text.replace(f"version: {KNOWN['version']}", "version: 0.34.9"))
    variables = registry.variables | {"HELMFILE_CACHE_HOME": str(tmp_path / "cache")}
    mirror = f"oci://{registry.host}/{REPOSITORY}/locust"
    done = project.run("--environment", "smoke", "template", LOCUST_CHART=mirror, **variables)
    assert done.returncode != 0
    assert "0.34.9: not found" in done.stdout + done.stderr
