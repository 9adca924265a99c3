"""`swarmfile history`: a test type's runs, one a line, and where its level changed."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.cluster.records import listed
from swarmfile.cli.compare.changes import MISSING, ChangePoint, change_points, is_installed, sparkline
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.results_command import on_a_cluster, table_of
from swarmfile.cli.terminal import console
from swarmfile.results.names import METRICS, VERDICT
from swarmfile.sidecar.age import outcome_of
from swarmfile.sidecar.folder import files_of, modified_at, runs_in
from swarmfile.sidecar.head import NotARunError, final
from swarmfile.sidecar.record import RecordedRun
from swarmfile.verdict import Outcome


@click.command(short_help="List a type's runs, and where they changed.")
@click.argument("test_type", metavar="TYPE")
@click.option("--results", type=click.Path(path_type=Path), help="The runs of this folder, not of a cluster.")
@on_a_cluster
def history(test_type: str, results: Path | None, namespace: str, context: str | None) -> None:
    """Lists the runs of a TYPE, the oldest first, with the change points of p95 and rate.

    INVALID runs are listed and say nothing about changes. Change points need the extra swarmfile[history].
    """
    runs = list(of_folder(results, test_type)) if results else listed(Kubectl(namespace, context), test_type)[0]
    now, out = time.time(), console()
    runs = sorted(runs, key=lambda run: run.at)
    if not runs:
        raise BadInputError(f"{test_type}: there are no runs of it in {results or f'namespace {namespace}'}")
    out.print(table_of(runs, now))
    valid = [run for run in runs if outcome_of(run, now) in (Outcome.PASS, Outcome.FAIL)]
    for name, values in (("p95", [run.p95_ms for run in valid]), ("requests/s", [run.rate for run in valid])):
        out.print(f"{name}: {sparkline(values)}", soft_wrap=True)
        for line in changes(name, valid, values) if is_installed() else ():
            out.print(line, soft_wrap=True)
    if not is_installed():
        out.print(MISSING, soft_wrap=True)


def of_folder(results: Path, test_type: str) -> Iterator[RecordedRun]:
    """Yields the runs of a type in a folder of results, old ones too. Raises BadInputError."""
    if not results.is_dir():
        raise BadInputError(f"--results: {results}: is no folder; give the one that holds the runs' folders")
    for folder in runs_in(results.absolute()):
        try:
            run = final(folder.name, files_of(folder, (VERDICT, METRICS)).files, modified_at(folder, VERDICT))
        except NotARunError:
            continue
        if run.type == test_type:
            yield run


def changes(name: str, runs: Sequence[RecordedRun], values: Sequence[float | None]) -> Iterator[str]:
    """Yields a sentence for each change point; a run without the number is passed over."""
    known = [(run, value) for run, value in zip(runs, values, strict=True) if value]
    for point in change_points([value for _, value in known]):
        yield f"  {_sentence(name, known[point.at][0], point)}"


def _sentence(name: str, first: RecordedRun, point: ChangePoint) -> str:
    at = time.strftime("%Y-%m-%d %H:%M", time.gmtime(first.at))
    levels = f"from {point.before:.4g} to {point.after:.4g}"
    return f"{name} changed by {point.change:+.1%} ({levels}) with {first.run} of {at} UTC"
