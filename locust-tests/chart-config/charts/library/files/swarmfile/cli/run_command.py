"""`swarmfile run`: its arguments and options."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from swarmfile.cli.definition.clone import find_clone
from swarmfile.cli.definition.layers import Layer
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.run import RunRequest
from swarmfile.cli.local.run import run as run_types
from swarmfile.cli.project.record import other_version
from swarmfile.cli.project.shipped import installed
from swarmfile.cli.terminal import console
from swarmfile.untrusted.text import plain

# Where no terminal says how wide it is, tables must not be cut.
WIDTH_ELSEWHERE = 120


def default_workers() -> int:
    """Returns the cores that this process may use, less one for the master, at least 1."""
    return max(1, len(os.sched_getaffinity(0)) - 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 2) - 1)


@click.command(short_help="Run test types on this machine, one after the other.")
@click.argument("types", nargs=-1, required=True, metavar="TYPE...")
@click.option("--host", envvar="HOST", metavar="URL", help="Address of the system under test; also HOST.")
@click.option("--users", type=int, metavar="N", help="Number of users.")
@click.option("--spawn-rate", type=float, metavar="N", help="Users started per second.")
@click.option("--run-time", metavar="TIME", help="How long the load lasts, for example 90, 2m or 1h30m.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Worker processes; default: cores - 1.")
@click.option("--locustfile", envvar="LOCUSTFILE", metavar="FILE", help="Your own script; also LOCUSTFILE.")
@click.option("--libs", envvar="LIBS", metavar="FOLDER", help="Your own modules, imported as lib.NAME; also LIBS.")
@click.option(
    "--set", "sets", multiple=True, metavar="KEY=VALUE", help="Set a key of the test definition to a YAML value."
)
@click.option(
    "--results", type=click.Path(path_type=Path), default="results", show_default=True, help="Where to keep them."
)
@click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="Keep this with the results.")
@click.option("--note", default="", metavar="TEXT", help="Keep this with the results.")
@click.option(
    "--metrics-port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Serve metrics for Prometheus there, on loopback.",
)
@click.option(
    "--metrics-linger",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="Serve them after the verdict until that was scraped, at most so long.",
)
@click.option("--directory", type=click.Path(path_type=Path), default=".", help="A folder within the clone.")
@click.pass_context
def run(  # noqa: PLR0913, PLR0917 (click gives each option as an argument)
    context: click.Context,
    types: Sequence[str],
    host: str | None,
    users: int | None,
    spawn_rate: float | None,
    run_time: str | None,
    workers: int | None,
    locustfile: str | None,
    libs: str | None,
    sets: Sequence[str],
    results: Path,
    tags: Sequence[str],
    note: str,
    metrics_port: int | None,
    metrics_linger: int,
    directory: Path,
) -> None:
    """Runs each TYPE (smoke, load, …) with a master and workers on this machine; stops at the first that is not PASS.

    Ends with 0 for PASS, 1 for FAIL, 2 for INVALID, 3 for bad input: then nothing was started. Ctrl-C stops a run and
    keeps its results, a second one kills it. A type that starts no load by itself (dev) shows its web UI until Ctrl-C.
    """
    clone = find_clone(directory)
    if line := other_version(clone.root, installed().version):
        click.echo(f"swarmfile: {plain(line)}", err=True)
    request = RunRequest(
        clone=clone,
        types=types,
        workers=workers or default_workers(),
        results=results,
        sets=sets,
        flags=_flags(users=users, spawnRate=spawn_rate, runTime=run_time),
        host=host,
        locustfile=locustfile,
        libs=libs,
        tags=_tags(tags),
        note=note,
        metrics_port=metrics_port,
        metrics_linger_s=metrics_linger,
    )
    context.exit(run_types(request, console(WIDTH_ELSEWHERE)))


def _flags(**given: int | float | str | None) -> list[Layer]:
    names = {"users": "--users", "spawnRate": "--spawn-rate", "runTime": "--run-time"}
    return [Layer(names[key], {"loadTest": {key: value}}) for key, value in given.items() if value is not None]


def _tags(written: Sequence[str]) -> dict[str, str]:
    for tag in written:
        if "=" not in tag or tag.startswith("="):
            raise BadInputError(f"--tag: {tag!r} is no pair; write key=value, for example --tag team=shop")
    return dict(tag.split("=", 1) for tag in written)
