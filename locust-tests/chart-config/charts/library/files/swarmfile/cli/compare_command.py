"""`swarmfile compare`: is it slower than before?"""

from collections.abc import Sequence
from functools import cache

import click

from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.compare.sources import read_runs
from swarmfile.cli.compare.table import Comparison, as_json, as_markdown, terminal
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.results_command import on_a_cluster
from swarmfile.cli.terminal import console
from swarmfile.compare.comparison import MOST_ENDPOINTS, compared, names, only_on_one_side
from swarmfile.compare.estimate import FEWEST_BLOCKS
from swarmfile.compare.kept import KeptRun, differences
from swarmfile.verdict import Outcome


@click.command(short_help="Say whether runs are slower than others.")
@click.argument("runs", nargs=-1, required=True, metavar="BASE... NEW")
@click.option("--new", "more", multiple=True, metavar="RUN", help="One more run of the new side.")
@click.option(
    "--within",
    type=click.FloatRange(0.1, 50),
    default=5,
    show_default=True,
    metavar="PERCENT",
    help="A change that nobody minds.",
)
@click.option("--anyway", is_flag=True, help="Compare runs that are not alike, or not valid.")
@click.option(
    "--format", "form", type=click.Choice(["terminal", "markdown", "json"]), default="terminal", show_default=True
)
@on_a_cluster
def compare(  # noqa: PLR0913, PLR0917 (click gives each option as an argument)
    runs: Sequence[str],
    more: Sequence[str],
    within: float,
    anyway: bool,
    form: str,
    namespace: str,
    context: str | None,
) -> None:
    """Compares the last RUN, and each --new, with those before it.

    A RUN is a results folder, or the name of a run that the namespace keeps. Three runs a side make intervals honest.
    Ends with 0 whatever it finds, and with 3 where runs cannot be compared.
    """
    if len(runs) < 2:
        raise BadInputError("compare: one run alone is like itself; give BASE and NEW, two runs or more")
    cluster = cache(lambda: Kubectl(namespace, context))
    before, after = (read_runs(each, cluster) for each in (runs[:-1], [runs[-1], *more]))
    doubts = [*_refused([*before, *after], anyway)]
    rows = compared(before, after, within / 100)
    show(Comparison(before, after, rows, [*doubts, *_notes(before, after)]), form)


def show(comparison: Comparison, form: str) -> None:
    """Prints it."""
    if form != "terminal":
        click.echo(as_json(comparison) if form == "json" else as_markdown(comparison), nl=False)
        return
    out = console()
    out.print(terminal(comparison))
    for note in comparison.notes:
        out.print(note, soft_wrap=True)


def _refused(runs: Sequence[KeptRun], anyway: bool) -> list[str]:
    """Returns what speaks against comparing them, where it is done anyway. Raises BadInputError where it is not."""
    for run in runs:
        if run.problem:
            raise BadInputError(f"{run.run}: cannot be compared: {run.problem}")
        if len(run.blocks) < FEWEST_BLOCKS:
            raise BadInputError(
                f"{run.run}: cannot be compared: it is too short; let it last at least 30s after warmUp"
            )
    if len({run.run for run in runs}) < len(runs):
        raise BadInputError("compare: one of the runs is named twice; name each once")
    invalid = [f"{run.run} was {run.outcome}" for run in runs if run.outcome == Outcome.INVALID]
    doubts = [*invalid, *differences(runs)]
    if doubts and not anyway:
        raise BadInputError(f"these runs are not alike: {'; '.join(doubts)}; --anyway compares them")
    return [f"not alike: {doubt}" for doubt in doubts]


def _notes(before: Sequence[KeptRun], after: Sequence[KeptRun]) -> list[str]:
    notes = []
    hosts = list(dict.fromkeys(run.host for run in (*before, *after)))
    if len(hosts) > 1:
        notes.append(f"hosts: {' and '.join(hosts)}")
    if len(before) == 1 or len(after) == 1:
        notes.append(
            "one run on a side: intervals know the scatter within runs, not that from run to run, which is often "
            "5% and more on shared machines; three runs a side know both"
        )
    if alone := only_on_one_side(before, after):
        notes.append(f"on one side only, and not compared: {', '.join(alone[:10])}{' …' if len(alone) > 10 else ''}")
    if (number := len(names(before, after))) > MOST_ENDPOINTS:
        notes.append(f"the {MOST_ENDPOINTS} most frequent of {number} requests are compared")
    return notes
