"""The repository's own promises: what is pinned, what no committed file may contain, and that each module is tested."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from locust.user.users import RestMixin
from locust.util.load_locustfile import load_locustfile

from swarmfile import SwarmHttpUser
from swarmfile.run.scripts import PACKAGE

ROOT = Path(__file__).parents[2]
SHIPPED = sorted([*ROOT.glob("locust-tests/chart-config/files/*.py"), *ROOT.glob("examples/*/*.py")])
# Starts what swarmfile.cli.main's tests call.
UNTESTED = {Path("test_main.py")}
UNIT = ROOT / "tests" / "unit"


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
    of_http = [user for user in users if issubclass(user, RestMixin)]
    assert [user for user in of_http if not (issubclass(user, SwarmHttpUser) and user.connection_lifetime)] == []
    assert users


@pytest.mark.parametrize(
    ("package", "unit"), [(PACKAGE, UNIT), (ROOT / "demo", UNIT / "demo")], ids=["swarmfile", "demo"]
)
def test_unit_tests_mirror_the_modules(package: Path, unit: Path) -> None:
    # The records of holds have no code: tests/unit/patches/test_holds.py tries each of them.
    modules = (
        path.relative_to(package)
        for path in package.rglob("*.py")
        if path.name != "__init__.py" and path.parent.name != "holds"
    )
    wanted = {path.with_name(f"test_{path.stem.strip('_')}.py") for path in modules} - UNTESTED
    rooms = {path.parts[0] for path in wanted if len(path.parts) > 1}
    inside = {path.relative_to(unit) for path in unit.rglob("test_*.py")} - {Path("patches", "test_holds.py")}
    assert {path for path in inside if path.parts[0] in rooms} == {path for path in wanted if len(path.parts) > 1}
    assert [path for path in wanted if not (unit / path).is_file()] == []


def test_no_public_class_name_stands_for_two_things() -> None:
    places: dict[str, list[str]] = {}
    for module in PACKAGE.rglob("*.py"):
        for node in ast.parse(module.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(str(module.relative_to(PACKAGE)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
