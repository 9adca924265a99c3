"""What an upgrade changes in a repository, worked out before anything is written, and how that reads."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.project.create import write
from swarmfile.cli.project.git import merged_text, uncommitted
from swarmfile.cli.project.record import RECORD, ProjectRecord, record_of
from swarmfile.cli.project.shipped import MERGED, OURS, PACKAGE_IN_CHART, REQUIREMENTS, Shipped


@dataclass(frozen=True)
class Change:
    """A file of ours before and after, None where it is not there; `edited` where somebody changed ours."""

    path: str
    before: bytes | None
    after: bytes | None
    edited: bool

    @property
    def kind(self) -> str:
        """What happens to the file."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def changes(root: Path, record: ProjectRecord, shipped: Shipped) -> list[Change]:
    """Returns what differs, in the order of paths. Raises BadInputError for what must not be written over."""
    _refuse_older(record.version, shipped.version)
    _refuse_uncommitted(root, record)
    ours = shipped.ours()
    found = (_change(root, path, record, ours.get(path)) for path in sorted({*ours, *record.files}))
    return [change for change in found if change.before != change.after]


def apply(root: Path, found: Iterable[Change], shipped: Shipped) -> None:
    """Writes the changes and then, so that one that was interrupted can be repeated, the record."""
    for change in found:
        if change.after is None:
            _remove(root, change.path)
        else:
            write(root, {change.path: change.after})
    write(root, {RECORD: record_of(shipped.version, shipped.ours()).as_bytes()})


def described(found: Iterable[Change]) -> Iterator[str]:
    """Yields the lines of a diff; of the package, which nobody reads file by file, only numbers."""
    package = Counter(change.kind for change in found if change.path.startswith(PACKAGE_IN_CHART))
    for change in found:
        if change.edited and change.path not in MERGED:
            yield f"{change.path}: edited here since it was written; this edit will be lost"
        if not change.path.startswith(PACKAGE_IN_CHART):
            yield from difflib.unified_diff(
                _lines(change.before), _lines(change.after), f"a/{change.path}", f"b/{change.path}", lineterm=""
            )
    if package:
        numbers = ", ".join(f"{number} {kind}" for kind, number in sorted(package.items()))
        yield f"{PACKAGE_IN_CHART}: {numbers}"


def _change(root: Path, path: str, record: ProjectRecord, after: bytes | None) -> Change:
    place = root / path
    before = place.read_bytes() if place.is_file() else None
    edited = record.is_edited(path, before)
    if before is not None and path not in record.files and before != after:
        raise BadInputError(f"{path}: the new version has a file of this name; rename yours")
    if edited and before is not None and after is not None and path in MERGED:
        after = merged_text(path, before, record.base.get(path, ""), after)
    return Change(path, before, after, edited)


def _refuse_older(written: str, installed: str) -> None:
    if _numbers(installed) < _numbers(written):
        raise BadInputError(
            f"{RECORD}: version {written} wrote this repository and {installed} is installed; "
            "install that or a later one: pip install --upgrade swarmfile"
        )


def _refuse_uncommitted(root: Path, record: ProjectRecord) -> None:
    listed = uncommitted(root, (*OURS, REQUIREMENTS, RECORD))
    if listed is None:
        listed = [path for path in record.files if _is_edited_on_disk(root, path, record)]
    ours = [path for path in listed if path in record.files or path == RECORD]
    if ours:
        others = f" and {len(ours) - 1} more" if len(ours) > 1 else ""
        raise BadInputError(f"{ours[0]}{others}: edited and not committed; commit or restore it (git checkout) first")


def _is_edited_on_disk(root: Path, path: str, record: ProjectRecord) -> bool:
    place = root / path
    return record.is_edited(path, place.read_bytes() if place.is_file() else None)


def _remove(root: Path, path: str) -> None:
    place = root / path
    place.unlink(missing_ok=True)
    for folder in place.parents:
        if folder == root or any(folder.iterdir()):
            return
        folder.rmdir()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode(errors="replace").splitlines()
