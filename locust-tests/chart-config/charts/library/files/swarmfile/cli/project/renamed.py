"""The keys that versions renamed, and where a repository still writes an old one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.definition.validation import read_settings, validated
from swarmfile.cli.definition.values import at
from swarmfile.cli.definition.yaml_file import read_values
from swarmfile.cli.errors import BadInputError


@dataclass(frozen=True)
class Renamed:
    """A key of test.yml or of locust.yml (`file` without its ending), old and new with dots, and the version since."""

    since: str
    file: str
    old: str
    new: str


# 0.1.0 is the first version.
RENAMED: tuple[Renamed, ...] = ()


def old_keys(clone: Clone, renames: Iterable[Renamed]) -> Iterator[str]:
    """Yields a line for each old key that a type's files, or the defaults of all types, still hold."""
    for renamed in renames:
        for name in _files(clone, renamed.file):
            if at(read_values(clone.root / name, name), *renamed.old.split(".")) is not None:
                yield f"{name}: {renamed.old} is {renamed.new} since {renamed.since}; rename it"


def flaws(clone: Clone) -> Iterator[str]:
    """Yields a line for each type that its chart would refuse, in the words of `swarmfile run`."""
    for test_type in clone.types():
        try:
            read_settings(validated(read_definition(clone, test_type, [])))
        except BadInputError as error:
            yield str(error)


def _files(clone: Clone, file: str) -> list[str]:
    return list(dict.fromkeys(name for each in clone.types() for name in clone.value_files(each, file)))
