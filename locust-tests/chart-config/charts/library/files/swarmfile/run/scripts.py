"""The files of a test: the locustfiles of this process's command line, and the modules of their `lib`."""

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from locust.argument_parser import parse_locustfile_option

PACKAGE = Path(__file__).absolute().parents[1]
PLUGIN = "plugin.py"


def scripts() -> list[Path]:
    """Returns the locustfiles of this process that are not ours."""
    return without_ours(str(options().locustfile).split(","))


def options() -> Namespace:
    """Returns what Locust knows of the command line before it loads locustfiles."""
    # Its annotation says that the rest of the line comes with it.
    found: Namespace = cast("Any", parse_locustfile_option)()
    return found


def without_ours(files: Iterable[str]) -> list[Path]:
    """Returns the paths of a test's own among Locust's files."""
    return [path for path in map(Path, files) if path.resolve() != (PACKAGE / PLUGIN).resolve()]


def libraries(files: Iterable[Path]) -> list[Path]:
    """Returns the modules that these scripts import as `from lib import …`."""
    # Locust puts both on the path: a script's own folder, and the one that the process runs in.
    folders = {*(script.parent for script in files), Path.cwd()}
    return sorted({module.absolute() for folder in folders for module in (folder / "lib").glob("*.py")})


def package_files() -> list[Path]:
    """Returns the modules of this package that a run may execute."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "cli" not in path.relative_to(PACKAGE).parts)
