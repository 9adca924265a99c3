"""`swarmfile validate`: its arguments and options."""

from collections.abc import Sequence
from pathlib import Path

import click

from swarmfile.cli.definition.clone import find_clone
from swarmfile.cli.validate.finding import Finding, Level, without_repeats
from swarmfile.cli.validate.outputs import Writer, as_annotations, as_json, as_sarif, as_text
from swarmfile.cli.validate.rules import Question, findings
from swarmfile.untrusted.text import plain
from swarmfile.verdict import BAD_INPUT_EXIT_CODE

_WRITERS: dict[str, Writer] = {"text": as_text, "json": as_json, "github": as_annotations, "sarif": as_sarif}


@click.command("validate", short_help="Judge test types without starting anything.")
@click.argument("types", nargs=-1, metavar="[TYPE...]")
@click.option("--json", "form", flag_value="json", help="Write a JSON list, for programs.")
@click.option("--github", "form", flag_value="github", help="Write annotations for a GitHub workflow.")
@click.option("--sarif", "form", flag_value="sarif", help="Write SARIF, for code scanning.")
@click.option("--host", envvar="HOST", metavar="URL", help="Address of the system under test; also HOST.")
@click.option("--locustfile", envvar="LOCUSTFILE", metavar="FILE", help="Your own script; also LOCUSTFILE.")
@click.option("--libs", envvar="LIBS", metavar="FOLDER", help="Your own modules, imported as lib.NAME; also LIBS.")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Set a key of the test definition.")
@click.option("--directory", type=click.Path(path_type=Path), default=".", help="A folder within the clone.")
@click.pass_context
def validate(  # noqa: PLR0913, PLR0917 (click gives each option as an argument)
    context: click.Context,
    types: Sequence[str],
    form: str | None,
    host: str | None,
    locustfile: str | None,
    libs: str | None,
    sets: Sequence[str],
    directory: Path,
) -> None:
    """Says what is wrong with each TYPE (smoke, load, …), or with all of them: one line each, with file and key.

    Ends with 0 where nothing is wrong, warnings aside, and with 3 otherwise. Nothing is started and no cluster asked.
    """
    clone = find_clone(directory)
    question = Question(clone, sets, host, locustfile, libs)
    chosen = types or clone.types()
    found = without_repeats([finding for name in chosen for finding in findings(question, name)])
    written = _WRITERS[form or "text"](clone.root, found)
    if written:
        click.echo("\n".join(plain(line) for line in written.splitlines()))
    if not form:
        click.echo(_summary(chosen, found), err=True)
    context.exit(BAD_INPUT_EXIT_CODE if _count(found, Level.ERROR) else 0)


def _summary(types: Sequence[str], found: Sequence[Finding]) -> str:
    errors, warnings = _count(found, Level.ERROR), _count(found, Level.WARNING)
    return (
        f"{', '.join(types)}: {errors} wrong, {warnings} to look at" if found else f"{', '.join(types)}: nothing wrong"
    )


def _count(found: Sequence[Finding], level: Level) -> int:
    return sum(finding.level is level for finding in found)
