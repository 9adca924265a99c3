"""The results folder as the sidecar finds it: one folder for each run, written by the master beside it."""

from collections.abc import Iterator
from pathlib import Path

from lib.run_name import is_run_name

# What a run has once everything about it is written.
LAST_FILES = ("verdict.json", "junit.xml", "summary.md")


def runs_in(results: Path) -> Iterator[Path]:
    """Yields the folder of each run, by name. Raises OSError."""
    for folder in sorted(results.iterdir()) if results.is_dir() else ():
        if folder.is_dir() and is_run_name(folder.name):
            yield folder


def has_ended(run: Path) -> bool:
    """Whether nothing more will be written."""
    return all((run / name).is_file() for name in LAST_FILES)


def fingerprint(run: Path) -> object:
    """Returns what is equal as long as no file changes. Raises OSError."""
    return sorted((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in run.iterdir())


def files_of(run: Path) -> dict[str, bytes]:
    """Returns the files that are whole: those in writing have hidden names. Raises OSError."""
    return {path.name: path.read_bytes() for path in run.iterdir() if path.is_file() and path.name[0] != "."}
