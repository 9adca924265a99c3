"""`swarmfile report`: one HTML page about a run, kept by a cluster or in a folder."""

import tempfile
import time
from pathlib import Path

import click

from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.cluster.records import found, write_files
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.report.data import Report, read_report
from swarmfile.cli.report.page import page
from swarmfile.cli.results_command import of_a_test, on_a_cluster


@click.command(short_help="Write one HTML page about a run.")
@click.argument("run")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file; default: RUN.html.")
@of_a_test
@on_a_cluster
def report(run: str, output: Path | None, test: str, namespace: str, context: str | None) -> None:
    """Writes a page that needs no network: verdict, charts, requests, failures with evidence, configuration.

    RUN is a results folder, or the name of a run that the namespace keeps, as swarmfile results lists them.
    """
    if Path(run).exists() or "/" in run:
        content = of_folder(Path(run))
    else:
        content = of_cluster(run, Kubectl(namespace, context), test)
    path = output or Path(f"{content.run}.html")
    try:
        path.write_text(page(content), encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"-o: {path}: {error.strerror}; give a file that can be written") from None
    click.echo(path)


def of_folder(folder: Path) -> Report:
    """Returns what a folder tells. Raises BadInputError."""
    if not folder.is_dir():
        raise BadInputError(f"{folder}: is no folder; give a run's results folder, or the name of a run")
    return read_report(folder)


def of_cluster(run: str, kubectl: Kubectl, test: str = "") -> Report:
    """Returns what a cluster keeps of a run. Raises BadInputError."""
    with tempfile.TemporaryDirectory() as place:
        write_files(kubectl, found(kubectl, run, test), Path(place), time.time())
        kept = read_report(Path(place))
    if kept.run != run:
        raise BadInputError(f"{run}: its files say that they are those of {kept.run}")
    return kept
