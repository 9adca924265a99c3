"""`swarmfile baseline`: which runs others are compared with where a definition says `baseline: marked`."""

from pathlib import Path

import click

from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.cluster.records import HEADS, found
from swarmfile.cli.compare.sources import of_folder
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.results_command import on_a_cluster
from swarmfile.results import baselines
from swarmfile.sidecar.age import BASELINE
from swarmfile.sidecar.record import LABEL, head_name
from swarmfile.untrusted.text import plain
from swarmfile.verdict import Outcome


@click.group(short_help="Mark the runs that others are compared with.")
def baseline() -> None:
    """Marks runs as baselines: of the type they are, and only such that passed. A marked run is never deleted."""


@baseline.command("set", short_help="Mark a run.")
@click.argument("run")
@on_a_cluster
def set_baseline(run: str, namespace: str, context: str | None) -> None:
    """Marks RUN: a results folder, or the name of a run that the namespace keeps."""
    if _is_folder(run):
        kept = of_folder(Path(run))
        _refuse_another_verdict(kept.run, kept.outcome)
        _mark(Path(run), is_baseline=True)
    else:
        kubectl = Kubectl(namespace, context)
        recorded = found(kubectl, run)
        _refuse_another_verdict(recorded.run, recorded.outcome)
        kubectl.run("label", "configmap", head_name(run), f"{BASELINE}=true", "--overwrite")
    click.echo(f"{run} is a baseline")


@baseline.command("unset", short_help="Take the mark off a run.")
@click.argument("run")
@on_a_cluster
def unset_baseline(run: str, namespace: str, context: str | None) -> None:
    """Takes the mark off RUN."""
    if _is_folder(run):
        of_folder(Path(run))
        _mark(Path(run), is_baseline=False)
    else:
        kubectl = Kubectl(namespace, context)
        kubectl.run("label", "configmap", head_name(found(kubectl, run).run), f"{BASELINE}-")
    click.echo(f"{run} is no baseline")


@baseline.command("show", short_help="List the runs that are marked.")
@click.option("--results", type=click.Path(path_type=Path), help="Those of this folder, not of a cluster.")
@on_a_cluster
def show_baselines(results: Path | None, namespace: str, context: str | None) -> None:
    """Lists the marked runs of a namespace, or of a folder of results."""
    if results is not None:
        names = sorted(baselines.marked(results))
    else:
        heads = Kubectl(namespace, context).objects("configmaps", f"{HEADS},{BASELINE}=true")
        names = sorted(plain(str(head["metadata"]["labels"][f"{LABEL}run"])) for head in heads)
    click.echo("\n".join(names) or "no run is marked")


def _is_folder(run: str) -> bool:
    return Path(run).exists() or "/" in run


def _mark(folder: Path, *, is_baseline: bool) -> None:
    place = folder.absolute()
    try:
        baselines.mark(place.parent, place.name, is_baseline=is_baseline)
    except OSError as error:
        raise BadInputError(f"{place.parent}: {error.strerror}; give a run in a folder that can be written") from None


def _refuse_another_verdict(run: str, outcome: str) -> None:
    if outcome != Outcome.PASS:
        raise BadInputError(f"{run}: {outcome} is no baseline: mark a run with PASS")
