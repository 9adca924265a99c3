"""The repository's own promises: what is pinned, and what no committed file may contain."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def pinned(requirement: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_.-]+==\S+", requirement) is not None


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    assert [line for group in groups for line in group if not pinned(line)] == []


def test_the_lock_file_hashes_each_package_and_names_no_index() -> None:
    lock = (ROOT / "requirements" / "dev.txt").read_text()
    packages = re.findall(r"^\S+==\S+ \\$", lock, re.MULTILINE)
    assert len(packages) > 50
    assert lock.count("--hash=sha256:") >= len(packages)
    assert not re.search(r"https?://|--index|--find-links", lock)
