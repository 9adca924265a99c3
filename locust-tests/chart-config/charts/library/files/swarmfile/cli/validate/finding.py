"""What a check found: one line, where it is, and whether it keeps a test from running."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path as FilePath

from swarmfile.cli.definition.values import Path, shown
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.validate.places import line_of


class Level(StrEnum):
    """ERROR: nothing may be created. WARNING: the test runs, and may not do what was meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One line about a definition. `source`, `path`: the file or flag and the key in it; `types`: whose test types'."""

    message: str
    level: Level = Level.ERROR
    source: str = ""
    path: Path = ()
    types: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key as messages name it, empty where it is about a whole file."""
        return shown(self.path) if self.path else ""


def of_error(error: BadInputError) -> Finding:
    """Returns the finding that a refusal is."""
    return Finding(" ".join(str(error).split()), source=error.source, path=error.path)


def without_repeats(findings: Sequence[Finding]) -> list[Finding]:
    """Returns each line once, with all the test types that it is about: many share a file."""
    types: dict[Finding, list[str]] = {}
    for finding in findings:
        types.setdefault(replace(finding, types=()), []).extend(finding.types)
    return [replace(finding, types=tuple(names)) for finding, names in types.items()]


def line_in(root: FilePath, finding: Finding) -> int | None:
    """Returns the line of its file that a finding is about, None where it is about no file that can be read."""
    return line_of(root / finding.source, finding.path) if finding.source else None
