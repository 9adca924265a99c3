"""The results folder as the sidecar finds it: one folder for each run, written by the master beside it.

The test's script can write there, too. What it puts in the way (links, pipes, files without end) leads the sidecar,
which holds a token, to nothing else: only files of known names are read, each opened without following links, and as
far as there is room for it. A hard link cannot lead out of the volume.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from swarmfile.results.names import FILES, LAST_FILES
from swarmfile.untrusted.run_name import is_run_name

MEBIBYTE = 2**20
# The sidecar has 256 MiB, and holds a run's files, their archive and its base64 at once.
FILE_LIMIT_BYTES = 40 * MEBIBYTE
RUN_LIMIT_BYTES = 56 * MEBIBYTE
MOST_ENTRIES = 10_000
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe that nobody writes into would hold up who opens it.
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class TooLargeError(OSError):
    """Says how much there was room for."""


@dataclass(frozen=True)
class Found:
    """What a run's folder holds. unreadable, too_large: why a file of a known name is not among the files."""

    files: dict[str, bytes] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    too_large: dict[str, str] = field(default_factory=dict)


def runs_in(results: Path) -> Iterator[Path]:
    """Yields the folder of each run, by name. Raises OSError."""
    if not results.is_dir():
        return
    with os.scandir(results) as entries:
        folders = [entry.name for entry in islice(entries, MOST_ENTRIES) if entry.is_dir(follow_symlinks=False)]
    yield from (results / name for name in sorted(folders) if is_run_name(name))


def has_ended(run: Path) -> bool:
    """Whether nothing more will be written."""
    return all(name in dict(_regular(run, LAST_FILES)) for name in LAST_FILES)


def fingerprint(run: Path, names: Sequence[str] = FILES) -> object:
    """Returns what is equal as long as no file changes. Raises OSError."""
    return [(name, status.st_mtime_ns, status.st_size) for name, status in _regular(run, names)]


def modified_at(run: Path, name: str) -> float:
    """Returns when a file was written, in seconds since 1970. Raises OSError."""
    return next((status.st_mtime for _, status in _regular(run, (name,))), 0.0)


def files_of(run: Path, names: Sequence[str] = FILES) -> Found:
    """Returns the files of these names, each whole or left out. Raises OSError where there is no such folder."""
    found, room = Found(), RUN_LIMIT_BYTES
    with opened(run) as folder:
        for name in names:
            try:
                content = read(folder, name, min(FILE_LIMIT_BYTES, room))
            except FileNotFoundError:
                continue
            except TooLargeError as error:
                found.too_large[name] = str(error)
            except OSError as error:
                found.unreadable[name] = error.strerror or str(error)
            else:
                found.files[name] = content
                room -= len(content)
    return found


def unknown_in(run: Path, names: Sequence[str] = FILES) -> list[str]:
    """Returns what else lies there, some names at most. Raises OSError."""
    with opened(run) as folder, os.scandir(folder) as entries:
        others = (entry.name for entry in entries if entry.name not in names and not entry.name.startswith("."))
        return sorted(islice(others, 20))


@contextmanager
def opened(run: Path) -> Iterator[int]:
    """Gives a descriptor of a run's folder, which is no link to elsewhere. Raises OSError."""
    results = os.open(run.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        folder = os.open(run.name, FOLDER, dir_fd=results)
    finally:
        os.close(results)
    try:
        yield folder
    finally:
        os.close(folder)


def read(folder: int, name: str, most: int) -> bytes:
    """Returns a file's content. Raises OSError where it is no regular file or larger than so many bytes."""
    if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        raise OSError("it is a symbolic link")
    with os.fdopen(os.open(name, FILE, dir_fd=folder), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is no regular file")
        # It may grow while it is read.
        content = file.read(most + 1) if status.st_size <= most else b""
        if max(len(content), status.st_size) > most:
            raise TooLargeError(f"it has more than {most // MEBIBYTE} MiB")
        return content


def _regular(run: Path, names: Sequence[str]) -> Iterator[tuple[str, os.stat_result]]:
    try:
        with opened(run) as folder:
            for name in names:
                try:
                    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISREG(status.st_mode):
                    yield name, status
    except (FileNotFoundError, NotADirectoryError):
        return
