"""`swarmfile init`: its arguments and options."""

from pathlib import Path

import click

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.project.create import create
from swarmfile.cli.project.shipped import PIPELINES, installed

NEXT = """Next{there}:
  git init && git add --all && git commit --message "Begin performance tests"
  swarmfile run {first} --host https://shop.example.com
  HOST=https://shop.example.com helmfile --environment {first} apply"""


@click.command(short_help="Write a repository for your own tests.")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option(
    "--types",
    default="smoke,load",
    show_default=True,
    metavar="TYPE,…",
    help="Test types to begin with, of those shipped.",
)
@click.option(
    "--ci", "pipeline", type=click.Choice(sorted(PIPELINES)), help="Write a pipeline that runs the first type."
)
def init(folder: Path, types: str, pipeline: str | None) -> None:
    """Writes a repository for tests of your own into FOLDER: types, scripts, and the chart that runs them.

    Nothing that is there is replaced, and no network is needed. Ends with 3 where a file is there already.
    """
    wanted = list(dict.fromkeys(name.strip() for name in types.split(",") if name.strip()))
    if not wanted:
        raise BadInputError("--types: no type was named; write for example --types smoke,load")
    written = create(folder, installed(), wanted, pipeline)
    click.echo(f"{folder}: written. Yours are, and upgrades leave them:")
    for name in written:
        click.echo(f"  {name}")
    there = "" if folder == Path() else f", in {folder}"
    click.echo(NEXT.format(there=there, first=wanted[0]))
