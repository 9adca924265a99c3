"""Repositories that `swarmfile init` wrote, and a version after the installed one."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from swarmfile.cli.project.create import create
from swarmfile.cli.project.shipped import CHART, PACKAGE, Shipped, installed

ROOT = Path(__file__).parents[4]
IDENTITY = ("-c", "user.name=tests", "-c", "user.email=tests@example.com")
Git = Callable[..., str]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A repository with two types, in no git repository."""
    folder = tmp_path / "own"
    create(folder, installed(), ["smoke", "load"], None)
    return folder


@pytest.fixture
def git(own: Path) -> Git:
    """Runs git in it; everything in it is committed."""

    def run(*arguments: str) -> str:
        command = ["git", "-C", str(own), *IDENTITY, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    run("init", "--quiet")
    run("add", "--all")
    run("commit", "--quiet", "--message", "Begin")
    return run


@pytest.fixture
def later(tmp_path: Path) -> Shipped:
    """Version 9.0.0, which adds a template, removes another, changes a third and one default of all types."""
    folder = tmp_path / "later"
    for part in ("config", "helm-default-values", CHART, "examples/ci"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(PACKAGE.name, "__pycache__"))
    shutil.copy(ROOT / "helmfile.yaml.gotmpl", folder)
    edit(folder / CHART / "Chart.yaml", f"\nversion: {installed().version}\n", "\nversion: 9.0.0\n")
    edit(folder / "helm-default-values" / "test.yml", "\nmode: deployment\n", "\nmode: job\n")
    (folder / CHART / "templates" / "added.yaml").write_text("# added\n")
    shutil.rmtree(folder / CHART / "templates" / "tests")
    return Shipped(folder)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
