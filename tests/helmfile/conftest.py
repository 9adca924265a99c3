"""Runs the real helmfile over a copy of the project and reads the values that it gives to the two charts."""

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROBE = ROOT / "tests" / "helmfile" / "probe-chart"
HOST = "http://target.example"


@dataclass(frozen=True)
class Values:
    """What one rendering gave to our chart and to the upstream chart."""

    ours: Mapping[str, Any]
    upstream: Mapping[str, Any]


@dataclass(frozen=True)
class Project:
    """A copy of the project that a test may edit, with the probe chart in the place of both charts."""

    folder: Path
    helmfile: Path
    helm: Path

    def run(self, *arguments: str, **variables: str | None) -> subprocess.CompletedProcess[str]:
        """Runs helmfile; a variable given as None is not set."""
        given = {"HOST": HOST, "LOCUST_CHART": str(PROBE), **variables}
        own = {
            "HELMFILE_HELM_BINARY": str(self.helm),
            "HELMFILE_UPGRADE_NOTICE_DISABLED": "1",
            "KUBECONFIG": "/dev/null",
        }
        kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        environment = kept | own | {name: value for name, value in given.items() if value is not None}
        command = [str(self.helmfile), *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def values(self, test_type: str, *arguments: str, **variables: str | None) -> Values:
        """Returns the values of both releases; fails with helmfile's own words where it does."""
        done = self.run("--environment", test_type, *arguments, "template", "--skip-deps", **variables)
        assert done.returncode == 0, done.stderr
        documents = [document for document in yaml.safe_load_all(done.stdout) if document]
        values = {document["metadata"]["name"]: json.loads(document["data"]["values.json"]) for document in documents}
        return Values(values["locust-config-values"], values["locust-values"])

    def write(self, path: str, text: str) -> None:
        """Replaces a file of the copy."""
        (self.folder / path).write_text(text)


Shipped = Callable[[str], Values]
VARIABLES = ("HOST", "NAME", "NAMESPACE", "LOCUSTFILE", "LIBS", "RUN_ID", "LOCUST_CHART", "HELM_VERSION")


def copy_to(folder: Path) -> Path:
    for part in ("config", "helm-default-values", "locust-tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "helmfile.yaml.gotmpl", folder)
    chart = folder / "locust-tests" / "chart-config"
    shutil.rmtree(chart / "templates", ignore_errors=True)
    shutil.copytree(PROBE / "templates", chart / "templates")
    return folder


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_to(tmp_path_factory.mktemp("project"))


@pytest.fixture
def project(tmp_path: Path, helmfile: Path, helm4: Path) -> Project:
    """A copy for one test, rendered by Helm 4."""
    return Project(copy_to(tmp_path), helmfile, helm4)


@pytest.fixture(scope="session")
def untouched(shared_folder: Path, helmfile: Path, helm4: Path) -> Project:
    """The project as it is."""
    return Project(shared_folder, helmfile, helm4)


@pytest.fixture(scope="session")
def shipped(untouched: Project) -> Shipped:
    """Returns the values of a type as shipped, rendered once."""
    return functools.cache(untouched.values)


@pytest.fixture(scope="session")
def shipped_by_each_helm(untouched: Project, helm: Path) -> Shipped:
    """The same by each version of Helm."""
    return functools.cache(replace(untouched, helm=helm).values)
