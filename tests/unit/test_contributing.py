"""CONTRIBUTING.md describes the house as it is: its rooms in their words, and files that exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmfile.run.scripts import PACKAGE
from tests.unit.test_floors import FLOORS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
# One that exists, for each placeholder.
EXAMPLES = (("<type>", "smoke"), ("<kind>", "swarm"), ("<name>", "wait"), ("^chart/", "locust-tests/chart-config/"))
# Where a version may be pinned, but for what `make lock` writes.
PINNING = ("*.toml", "*.gotmpl", "image/*[!t]", "helm-default-values/*", "examples/**/*.y*ml", "config/**/*")
PINNING_CHART = ("Chart.yaml", "values.yaml", "files/*.yaml", "templates/*", "charts/**/*.py")


def rows(heading: str) -> Iterator[list[str]]:
    """Yields the cells of each row of the table below a heading."""
    chapter = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    for line in [line for line in chapter.splitlines() if line.startswith("| ")][1:]:
        yield [cell.strip() for cell in line.strip("|").split(" | ")]


def docstring(room: str) -> str:
    """Returns the first paragraph of a room's docstring, on one line."""
    module = PACKAGE / room / "__init__.py" if (PACKAGE / room).is_dir() else PACKAGE / f"{room}.py"
    return " ".join((ast.get_docstring(ast.parse(module.read_text("utf-8"))) or "").split("\n\n")[0].split())


def paths(cell: str) -> Iterator[Path]:
    """Yields the path of each name in code, examples in place of its placeholders."""
    for path in re.findall(r"`([^`]+)`", cell):
        for placeholder, example in EXAMPLES:
            path = re.sub(placeholder, example, path)  # noqa: PLW2901
        yield ROOT / path


def test_each_room_is_described_by_its_docstring() -> None:
    described = {
        room.strip("`").removesuffix("/").removesuffix(".py"): text for room, text in rows("The rooms of the package")
    }
    assert described == {room: docstring(room) for room in FLOORS}, "copy the docstring into CONTRIBUTING.md"


def test_the_rooms_are_in_the_order_of_their_imports() -> None:
    table = [room.strip("`").removesuffix("/").removesuffix(".py") for room, _ in rows("The rooms of the package")]
    assert table == list(FLOORS)


@pytest.mark.parametrize("row", list(rows("The repository")), ids=lambda row: row[0])
def test_each_part_of_the_repository_exists(row: list[str]) -> None:
    assert [path for path in paths(row[0]) if not path.exists()] == []


@pytest.mark.parametrize("row", list(rows("Where to change what")), ids=lambda row: row[0])
def test_the_files_to_touch_exist(row: list[str]) -> None:
    touched = list(paths(row[1]))
    assert touched, row
    assert [str(path.relative_to(ROOT)) for path in touched if not path.exists()] == []


def pinning(version: str) -> set[Path]:
    """Returns the files of the project that name a version."""
    chart = ROOT / "locust-tests" / "chart-config"
    files = [path for pattern in PINNING for path in ROOT.glob(pattern)]
    files += [path for pattern in PINNING_CHART for path in chart.glob(pattern)]
    return {path for path in files if path.is_file() and version in path.read_text("utf-8")}


@pytest.mark.parametrize(
    ("row", "pin"),
    [
        ("the Locust version", ("pyproject.toml", r"locust==([\d.]+)")),
        ("the upstream chart's version", ("helmfile.yaml.gotmpl", r"version: ([\d.]+)")),
    ],
)
def test_every_file_that_pins_a_version_is_listed(row: str, pin: tuple[str, str]) -> None:
    (listed,) = [set(paths(files)) for name, files, _ in rows("Where to change what") if name == row]
    version = re.search(pin[1], (ROOT / pin[0]).read_text("utf-8"))
    assert version
    found = pinning(version[1])
    assert len(found) >= 2
    assert {path.resolve() for path in found} <= {path.resolve() for path in listed}
