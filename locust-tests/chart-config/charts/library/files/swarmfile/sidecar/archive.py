"""Reads a run's archive, which anyone in the namespace may have written: bounded, and nothing in it but plain files.

Not by tarfile: that follows what an archive says of links, holes and sizes, and some of it without an end.
"""

import re
import zlib
from collections.abc import Iterator

from swarmfile.untrusted.run_name import is_file_name
from swarmfile.untrusted.text import plain

# Enough for a history of some days; a reader holds this much in memory.
MOST_FILE_BYTES = 64 * 1024 * 1024
MOST_BYTES = 128 * 1024 * 1024
MOST_FILES = 500
_BLOCK = 512
_GZIP = 31
# Python's writer puts names that ASCII does not hold into a member of their own before the file.
_NAME_BEFORE = re.compile(rb"(?:^|\n)\d{1,6} path=([^\n]{1,1000})\n")


class DamagedError(Exception):
    """Says in some words what is wrong with an archive."""


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Returns the files of a gzipped tar by name. Raises DamagedError."""
    files: dict[str, bytes] = {}
    for name, content in _members(_inflated(archive)):
        if not is_file_name(name):
            raise DamagedError(f"{plain(name)[:60]!r} is no name of a file")
        if len(content) > MOST_FILE_BYTES:
            raise DamagedError(f"{name} is larger than {MOST_FILE_BYTES:,} bytes")
        if len(files) == MOST_FILES:
            raise DamagedError(f"it holds more than {MOST_FILES} files")
        files[name] = content
    return files


def _inflated(archive: bytes) -> bytes:
    reader = zlib.decompressobj(_GZIP)
    try:
        content = reader.decompress(archive, MOST_BYTES + 1)
    except zlib.error as error:
        raise DamagedError(str(error)) from None
    if len(content) > MOST_BYTES:
        raise DamagedError(f"it becomes more than {MOST_BYTES:,} bytes")
    if not reader.eof:
        raise DamagedError("its end is missing")
    return content


def _members(tar: bytes) -> Iterator[tuple[str, bytes]]:
    start, name_before = 0, b""
    while head := tar[start : start + _BLOCK].rstrip(b"\0"):
        size = _size(head)
        content = tar[start + _BLOCK : start + _BLOCK + size]
        if len(content) < size:
            raise DamagedError("a file in it is cut off")
        kind, name = head[156:157], name_before or head[:100].rstrip(b"\0")
        name_before = b""
        if kind in (b"0", b"\0", b""):
            yield name.decode("utf-8", "replace"), content
        elif kind == b"x" and (found := _NAME_BEFORE.search(content[:4096])):
            name_before = found[1]
        else:
            raise DamagedError(f"{plain(name.decode('utf-8', 'replace'))[:60]!r} is no plain file")
        start += _BLOCK + -(-size // _BLOCK) * _BLOCK


def _size(head: bytes) -> int:
    digits = head[124:136].strip(b"\0 ")
    if not re.fullmatch(rb"[0-7]{1,11}", digits):
        raise DamagedError("a size in it is no number")
    return int(digits, 8)
