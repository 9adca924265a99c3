"""Writes a new repository, or nothing where one of its files is there already."""

from pathlib import Path

from swarmfile.cli.definition.clone import enclosing_clone
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.project.record import RECORD, record_of
from swarmfile.cli.project.shipped import Shipped, Tree

README = Path(__file__).with_name("readme.md")
IGNORED = b"/results/\n__pycache__/\n.venv/\n"


def create(folder: Path, shipped: Shipped, types: list[str], pipeline: str | None) -> list[str]:
    """Writes a repository with these test types; returns its owners' files. Raises BadInputError before it writes."""
    ours, theirs = shipped.ours(), _theirs(shipped, types, pipeline)
    files = {**ours, **theirs, RECORD: record_of(shipped.version, ours).as_bytes()}
    _refuse(folder, files)
    write(folder, files)
    return sorted(theirs)


def write(root: Path, files: Tree) -> None:
    """Writes files below a folder; raises BadInputError where that is impossible."""
    for name, content in files.items():
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise BadInputError(f"{path}: {error.strerror}; give a folder that can be written") from None


def _theirs(shipped: Shipped, types: list[str], pipeline: str | None) -> Tree:
    readme = README.read_text(encoding="utf-8").replace("FIRST", types[0])
    listed = ", ".join(f"`{test_type}`" for test_type in types)
    return {
        **shipped.theirs(types),
        **(shipped.pipeline(pipeline, types[0]) if pipeline else {}),
        "README.md": readme.replace("TYPES", listed).encode(),
        ".gitignore": IGNORED,
    }


def _refuse(folder: Path, files: Tree) -> None:
    around = enclosing_clone(folder)
    if around is not None:
        raise BadInputError(f"{around.root}: this is a repository of tests already; give a folder outside of it")
    there = sorted(name for name in files if (folder / name).exists() or (folder / name).is_symlink())
    if there:
        others = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise BadInputError(f"{folder / there[0]}{others}: this is there already; give a new folder")
