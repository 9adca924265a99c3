"""All rules over one test type: whatever can be known before anything is created."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import click

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
from swarmfile.cli.validate.arguments import argument_findings
from swarmfile.cli.validate.contradictions import contradictions
from swarmfile.cli.validate.finding import Finding, Level, of_error
from swarmfile.cli.validate.loads import load_findings
from swarmfile.cli.validate.scripts import script_findings
from swarmfile.untrusted.text import plain

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
    return [replace(finding, types=(test_type,)) for finding in _first_of_each_key(found)]


def _first_of_each_key(found: Iterable[Finding]) -> Iterator[Finding]:
    """One line is enough for a value that breaks several rules."""
    errors: set[object] = set()
    for finding in found:
        place = (finding.source, finding.path) if finding.path else finding.message
        if finding.level is Level.WARNING or place not in errors:
            yield finding
        if finding.level is Level.ERROR:
            errors.add(place)


def rules(definition: Definition, locustfile: str | None, libs: str | None) -> Iterator[Finding]:
    """Yields what `swarmfile run` is refused for or warned about as well; the schema has accepted the definition."""
    yield from contradictions(definition)
    yield from argument_findings(definition, locustfile, libs)
    yield from load_findings(definition)
    yield from script_findings(definition, locustfile, libs)


def refuse_or_warn(found: Iterable[Finding]) -> None:
    """Raises BadInputError for the first error, and says each warning on stderr."""
    for finding in found:
        if finding.level is Level.ERROR:
            raise BadInputError(finding.message, finding.source, finding.path)
        click.echo(f"swarmfile: warning: {plain(finding.message)}", err=True)


def _of_definition(question: Question, definition: Definition) -> Iterator[Finding]:
    found = list(rules(definition, question.locustfile, question.libs))
    yield from found
    # A list of arguments that is wrong says nothing of the load.
    is_readable = not any(finding.level is Level.ERROR for finding in found)
    yield from _refused(lambda: _settings_and_load(definition, with_load=is_readable))
    yield from _refused(lambda: _check_host(question, definition))
    yield from _refused(lambda: find_script(definition, question.locustfile))
    yield from _refused(lambda: find_libs(definition, question.libs))
    if not any(at(definition.test, "testData", key) for key in _IN_CLUSTER):
        yield from _refused(lambda: find_test_data(definition))


def _settings_and_load(definition: Definition, *, with_load: bool) -> None:
    settings = read_settings(definition)
    if with_load:
        load_of(definition, settings)


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
