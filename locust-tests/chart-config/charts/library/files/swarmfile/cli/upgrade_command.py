"""`swarmfile upgrade`: its arguments and options."""

import sys
from pathlib import Path

import click

from swarmfile.cli.definition.clone import Clone, find_clone
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.project.changes import apply, changes, described
from swarmfile.cli.project.record import read_record
from swarmfile.cli.project.renamed import RENAMED, flaws, old_keys
from swarmfile.cli.project.shipped import installed
from swarmfile.untrusted.text import plain

DIFFERENT = 1


@click.command(short_help="Replace what is Swarmfile's in your repository by the installed version's.")
@click.option("--check", is_flag=True, help="Only show what would change; ends with 1 where something would.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--directory", type=click.Path(path_type=Path), default=".", help="A folder within the repository.")
@click.pass_context
def upgrade(context: click.Context, check: bool, yes: bool, directory: Path) -> None:
    """Shows how the files that `swarmfile init` wrote differ from the installed version's, asks, and replaces them.

    Types, scripts and libraries are yours and stay. Your edits of the defaults of all types are merged. Uncommitted
    changes of what would be replaced are refused: ends with 3, and nothing is written.
    """
    clone, shipped = find_clone(directory), installed()
    record = read_record(clone.root)
    found = changes(clone.root, record, shipped)
    for line in described(found):
        click.echo(plain(line))
    if check:
        for line in old_keys(clone, RENAMED):
            click.echo(plain(line))
        context.exit(DIFFERENT if found or record.version != shipped.version else 0)
    if found:
        _confirm(len(found), yes)
        apply(clone.root, found, shipped)
    click.echo(f"{clone.root}: {record.version} to {shipped.version}, {len(found)} files written")
    _say_what_is_left(clone)


def _confirm(number: int, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInputError("--yes is missing: without a terminal nobody can be asked; nothing was written")
    if not click.confirm(f"Write these {number} files?"):
        raise BadInputError("nothing was written")


def _say_what_is_left(clone: Clone) -> None:
    """Says which keys are others now, or else what the new chart refuses for another reason."""
    for line in list(old_keys(clone, RENAMED)) or flaws(clone):
        click.echo(plain(line))
