"""`swarmfile results` and `swarmfile prune`: the runs that a cluster keeps."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.table import Table
from rich.text import Text

from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.cluster.records import found, listed, prune, write_files
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.ending import STYLES
from swarmfile.cli.terminal import console
from swarmfile.sidecar.age import KEPT, outcome_of
from swarmfile.sidecar.record import RecordedRun

# The same as in helmfile.yaml.gotmpl and values.yaml.
NAME_RULE = r"[a-z]([-a-z0-9]{0,18}[a-z0-9])?"
NAME_WANTED = "write at most 20 small letters, digits and dashes, a letter first"
Command = TypeVar("Command", bound=Callable[..., Any])


def on_a_cluster(command: Command) -> Command:
    """Adds the options that say which cluster and namespace."""
    namespace = click.option(
        "-n", "--namespace", envvar="NAMESPACE", default="testing", show_default=True, help="Also NAMESPACE."
    )
    context = click.option("--context", metavar="NAME", help="The kubectl context; default: the current one.")
    return namespace(context(command))


def of_a_test(command: Command) -> Command:
    """Adds the option that says which of a namespace's tests."""
    return click.option("--name", "test", envvar="NAME", default="", callback=_name, help="One test; also NAME.")(
        command
    )


def _name(_: click.Context, __: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(NAME_RULE, value):
        raise BadInputError(f"--name: {value!r} is no name; {NAME_WANTED}")
    return value


@click.command(short_help="List the runs that a cluster keeps, or write one's files.")
@click.argument("run", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Write RUN's files here.")
@click.option("--type", "test_type", metavar="TYPE", help="List only this test type.")
@of_a_test
@on_a_cluster
def results(  # noqa: PLR0913, PLR0917 (click gives each option as an argument)
    run: str | None, output: Path | None, test_type: str | None, test: str, namespace: str, context: str | None
) -> None:
    """Lists the runs that a namespace keeps, the newest first, or writes the files of one RUN into a folder.

    A run whose last sign of life is old was cut short: INVALID. Mark one as a baseline, which is never deleted, with
    kubectl label configmap swarmfile-run-RUN swarmfile.io/baseline=true
    """
    kubectl, now = Kubectl(namespace, context), time.time()
    if run is None:
        if output:
            raise BadInputError("-o: say which RUN's files to write; swarmfile results lists them")
        show(*listed(kubectl, test_type, test), namespace, now)
        return
    folder = output or Path(run)
    names = write_files(kubectl, found(kubectl, run, test), folder, now)
    click.echo(f"{folder}: {', '.join(names)}")


@click.command("prune", short_help="Delete old runs that a cluster keeps.")
@click.option("--keep", type=click.IntRange(min=0), default=KEPT, show_default=True, help="Newest runs of each type.")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@of_a_test
@on_a_cluster
def prune_command(keep: int, dry_run: bool, test: str, namespace: str, context: str | None) -> None:
    """Deletes the oldest runs of each test and type, never a baseline and never a run that goes on."""
    names = prune(Kubectl(namespace, context), keep, time.time(), dry_run, test)
    for name in names:
        click.echo(f"{name} {'would be ' if dry_run else ''}deleted")
    if not names:
        click.echo("nothing to delete")


def show(runs: Sequence[RecordedRun], unreadable: Mapping[str, str], namespace: str, now: float) -> None:
    """Prints the list, and a line for each record that cannot be read."""
    if not runs and not unreadable:
        click.echo(f"there are no recorded runs in namespace {namespace}")
    if runs:
        console().print(table_of(runs, now))
    for why in unreadable.values():
        console().print(why, soft_wrap=True)


def table_of(runs: Sequence[RecordedRun], now: float) -> Table:
    """Returns a row for each run."""
    table = Table("run", "type", "time (UTC)", "verdict", "requests", "p95", "requests/s", "tags", box=None)
    for run in runs:
        table.add_row(*row(run, now))
    return table


def row(run: RecordedRun, now: float) -> tuple[str | Text, ...]:
    """Returns a run's cells."""
    outcome = outcome_of(run, now)
    words = [*(f"{key}={value}" for key, value in run.tags.items()), *([run.note] if run.note else [])]
    return (
        run.run,
        run.type,
        time.strftime("%Y-%m-%d %H:%M", time.gmtime(run.at)),
        Text(outcome, style=STYLES.get(outcome, "")),
        str(run.requests),
        "-" if run.p95_ms is None else f"{run.p95_ms:.0f} ms",
        "-" if run.rate is None else f"{run.rate:.1f}",
        Text(" ".join(words)),
    )
