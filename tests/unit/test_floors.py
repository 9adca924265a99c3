"""The rooms of the package stand on floors: each imports only from rooms named before it."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from swarmfile.run.scripts import PACKAGE

FLOORS = (
    *("verdict", "listeners", "untrusted", "stats", "definition", "compare", "run", "credentials", "http", "clients"),
    *("load", "evidence", "patches", "judge", "results", "master", "metrics", "sidecar", "plugin", "cli"),
)
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem in FLOORS)


def imports_of(module: Path) -> Iterator[str]:
    """Yields the modules of the package that one imports, anywhere in it, be it for their types alone."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("swarmfile."))
        elif isinstance(node, ast.ImportFrom) and node.module == "swarmfile":
            yield from (f"swarmfile.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("swarmfile."):
            yield from (_module(f"{node.module}.{alias.name}") for alias in node.names)


def _module(dotted: str) -> str:
    path = PACKAGE.parent.joinpath(*dotted.split("."))
    return dotted if path.is_dir() or path.with_suffix(".py").is_file() else dotted.rsplit(".", 1)[0]


def name_of(module: Path) -> str:
    return ".".join(module.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def floor(dotted: str) -> int:
    return FLOORS.index(dotted.split(".")[1])


def test_every_room_is_named() -> None:
    assert {name_of(module).split(".")[1] for module in MODULES} == set(FLOORS)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_room_imports_only_from_rooms_named_before_it(module: Path) -> None:
    own = name_of(module)
    above = [f"{own} imports {other}" for other in imports_of(module) if floor(other) > floor(own)]
    assert above == [], "a room imports only from rooms named before it in FLOORS: move what both need down"


def test_no_module_imports_itself_by_way_of_others() -> None:
    # Raises CycleError with the way.
    TopologicalSorter({name_of(module): set(imports_of(module)) for module in MODULES}).prepare()


@pytest.mark.parametrize("room", list(PACKAGE.rglob("__init__.py")), ids=lambda path: path.parent.name)
def test_a_room_says_what_it_is_for(room: Path) -> None:
    assert (ast.get_docstring(ast.parse(room.read_text("utf-8"))) or "").endswith(".")
