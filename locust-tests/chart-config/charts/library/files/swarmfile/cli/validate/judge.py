"""All rules over one test type: whatever can be known before anything is created."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition, read_definition
from swarmfile.cli.definition.host import checked_host
from swarmfile.cli.definition.layers import source_of
from swarmfile.cli.definition.script import find_libs, find_script
from swarmfile.cli.definition.test_data import find_test_data
from swarmfile.cli.definition.validation import read_settings, refusals, validated
from swarmfile.cli.definition.values import at
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.arguments import load_of
from swarmfile.cli.validate.finding import Finding, of_error

_IN_CLUSTER = ("existingConfigMap", "existingSecret", "existingClaim")


@dataclass(frozen=True)
class Question:
    """What is to be judged: a clone's test types, and what flags and variables say over their files."""

    clone: Clone
    sets: Sequence[str] = ()
    host: str | None = None
    locustfile: str | None = None
    libs: str | None = None


def findings(question: Question, test_type: str) -> list[Finding]:
    """Returns what is wrong with a test type, errors and warnings; empty where nothing is."""
    try:
        definition = read_definition(question.clone, test_type, question.sets)
    except BadInputError as error:
        found: Iterable[Finding] = [of_error(error)]
    else:
        # What the schema refuses, no later rule can read.
        found = [of_error(error) for error in refusals(definition)] or _of_definition(question, validated(definition))
    return [replace(finding, types=(test_type,)) for finding in found]


def _of_definition(question: Question, definition: Definition) -> Iterator[Finding]:
    yield from _refused(lambda: load_of(definition, read_settings(definition)))
    yield from _refused(lambda: _check_host(question, definition))
    yield from _refused(lambda: find_script(definition, question.locustfile))
    yield from _refused(lambda: find_libs(definition, question.libs))
    if not any(at(definition.test, "testData", key) for key in _IN_CLUSTER):
        yield from _refused(lambda: find_test_data(definition))


def _refused(check: Callable[[], object]) -> Iterator[Finding]:
    try:
        check()
    except BadInputError as error:
        yield of_error(error)


def _check_host(question: Question, definition: Definition) -> None:
    """Without one there is nothing to judge: it belongs to a run, not to the definition."""
    path = ("loadTest", "host")
    written = at(definition.test, *path)
    if question.host or written:
        source = f"{source_of(definition.test_layers, path)}: {'.'.join(path)}"
        checked_host(question.host or written, "HOST" if question.host else source)
