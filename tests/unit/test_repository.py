"""The repository's own promises: what is pinned, what no committed file may contain, and that each module is tested."""

import ast
import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from lib import http_user
from lib.http_user import SwarmHttpUser
from locust.util.load_locustfile import load_locustfile

ROOT = Path(__file__).parents[2]
LIBRARY = Path(http_user.__file__).parent
SHIPPED = sorted([*ROOT.glob("locust-tests/chart-config/files/*.py"), *ROOT.glob("examples/*/*.py")])
# Starts what swarmfile.cli's tests call.
UNTESTED = {"swarmfile/test_main.py"}


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


@pytest.mark.parametrize("script", SHIPPED, ids=lambda script: script.stem)
def test_the_users_of_a_shipped_script_are_fast_and_follow_pods_that_come_and_go(script: Path) -> None:
    users = load_locustfile(str(script))[0].values()
    assert [user for user in users if not (issubclass(user, SwarmHttpUser) and user.connection_lifetime)] == []
    assert users


@pytest.mark.parametrize("package", [LIBRARY, ROOT / "swarmfile", ROOT / "demo"], ids=lambda p: p.name)
def test_unit_tests_mirror_the_modules(package: Path) -> None:
    modules = (path.relative_to(package.parent) for path in package.rglob("*.py") if path.name != "__init__.py")
    wanted = {str(path.with_name(f"test_{path.stem.strip('_')}.py")) for path in modules} - UNTESTED
    unit = ROOT / "tests" / "unit"
    assert {str(path.relative_to(unit)) for path in (unit / package.name).rglob("test_*.py")} == wanted


def imports_of(module: Path) -> Iterator[str]:
    """Yields the library's modules that one of them imports, be it for their types alone."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "lib":
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lib."):
            yield str(node.module).removeprefix("lib.")


def test_no_module_of_the_library_imports_itself_by_way_of_others() -> None:
    # Raises CycleError with the way.
    TopologicalSorter({path.stem: set(imports_of(path)) for path in LIBRARY.glob("*.py")}).prepare()
