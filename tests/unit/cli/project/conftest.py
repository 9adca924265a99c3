"""Repositories that `swarmfile init` wrote, and a version after the installed one."""

import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from swarmfile.cli.project.create import create
from swarmfile.cli.project.shipped import CHART, PACKAGE, Shipped, installed

ROOT = Path(__file__).parents[4]
IDENTITY = ("-c", "user.name=tests", "-c", "user.email=tests@example.com")
Git = Callable[..., str]


@pytest.fixture(scope="session")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two types, everything in it committed, which no test may change."""
    folder = tmp_path_factory.mktemp("committed") / "own"
    create(folder, installed(), ["smoke", "load"], None)
    git_in(folder, "init", "--quiet")
    git_in(folder, "add", "--all")
    git_in(folder, "commit", "--quiet", "--message", "Begin")
    return folder


@pytest.fixture
def own(committed: Path, tmp_path: Path) -> Path:
    """A copy of it that is in no git repository."""
    return shutil.copytree(committed, tmp_path / "own", ignore=shutil.ignore_patterns(".git"))


@pytest.fixture
def git(committed: Path, own: Path) -> Git:
    """Runs git in the copy, which has its history, too."""
    shutil.copytree(committed / ".git", own / ".git")
    return partial(git_in, own)


def git_in(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *IDENTITY, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


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
