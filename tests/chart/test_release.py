"""A release is the same bytes each time, its parts agree, and its chart is installed from a registry."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from swarmfile.cli.project.shipped import installed
from tests.chart.rendering import CHART, HOST, ROOT, run
from tests.oci_registry import Registry, running_registry
from tests.wheel import built
from tools.release import SUMS, main, push, release

VERSION = installed().version
NOT_COMMITTED = (".venv", ".git", ".tools", "dist", "*_cache", ".hypothesis", "__pycache__")


@pytest.fixture(scope="module")
def released(helm4: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("released") / "dist"
    release(ROOT, folder, str(helm4))
    return folder


@pytest.fixture(scope="module")
def registry(docker_registry: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with running_registry(docker_registry, tmp_path_factory.mktemp("registry")) as running:
        yield running


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_release_is_a_wheel_an_sdist_and_a_chart_of_one_version_with_their_sums(released: Path) -> None:
    files = contents(released)
    sums = files.pop(SUMS).decode()
    names = {f"swarmfile-{VERSION}-py3-none-any.whl", f"swarmfile-{VERSION}.tar.gz", f"swarmfile-{VERSION}.tgz"}
    assert set(files) == names
    assert sums == "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))


def test_another_clone_at_another_time_gives_the_same_bytes(released: Path, helm4: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, symlinks=True, ignore=shutil.ignore_patterns(*NOT_COMMITTED))
    os.utime(clone / "README.md", (0, 0))
    os.utime(clone / "locust-tests" / "chart-config" / "values.yaml", (1_000_000_000, 1_000_000_000))
    release(clone, tmp_path / "dist", str(helm4))
    assert {
        name for name, content in contents(tmp_path / "dist").items() if contents(released)[name] != content
    } == set()


def test_the_sdist_makes_the_same_wheel(released: Path, tmp_path: Path) -> None:
    with tarfile.open(released / f"swarmfile-{VERSION}.tar.gz") as sdist:
        sdist.extractall(tmp_path, filter="data")
    wheel = built(tmp_path / f"swarmfile-{VERSION}", tmp_path / "wheel")
    assert wheel.read_bytes() == (released / wheel.name).read_bytes()


def test_a_tag_of_another_version_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--tag", "v7.7.7"]) == 1
    assert capsys.readouterr().err == (
        f"tag v7.7.7 and version {VERSION} differ: tag v{VERSION}, "
        "or set version in locust-tests/chart-config/Chart.yaml\n"
    )


def test_the_chart_is_pushed_and_renders_from_the_registry_as_from_its_folder(
    released: Path, helm: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in registry.variables.items():
        monkeypatch.setenv(name, value)
    push(released / f"swarmfile-{VERSION}.tgz", f"oci://{registry.host}/charts", str(helm))
    arguments = ("--set", f"loadTest.host={HOST}", "--set", "metrics.enabled=true")
    pulled = run(helm, "template", "t", f"oci://{registry.host}/charts/swarmfile", "--version", VERSION, *arguments)
    assert pulled.returncode == 0, pulled.stderr
    assert "kind: Job" in pulled.stdout
    assert pulled.stdout == run(helm, "template", "t", str(CHART), *arguments).stdout


def test_make_release_passes_on_what_it_is_given() -> None:
    command = ["make", "--dry-run", "release", "TAG=v1.2.3", "PUSH=oci://registry.example.com/charts", "HELM=helm3"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert '-m tools.release --tag "v1.2.3" --push "oci://registry.example.com/charts" --helm "helm3"' in said


def test_a_tag_releases_by_the_same_command() -> None:
    path = ROOT / ".github" / "workflows" / "release.yml"
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    workflow = yaml.safe_load(path.read_text())
    # YAML 1.1 reads the key `on` as true.
    assert workflow[True] == {"push": {"tags": ["v*"]}}
    commands = [step.get("run", "") for step in workflow["jobs"]["release"]["steps"]]
    assert [each for each in commands if each.startswith('make release TAG="$GITHUB_REF_NAME" PUSH="oci://')]
