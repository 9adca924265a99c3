"""`swarmfile explain`: what a key means, its default and an example."""

from pathlib import Path

import click

from swarmfile.cli.definition.clone import find_clone
from swarmfile.cli.validate.explain import explained
from swarmfile.untrusted.text import plain_lines


@click.command("explain", short_help="Say what a key of test.yml or locust.yml means.")
@click.argument("key")
@click.option("--directory", type=click.Path(path_type=Path), default=".", help="A folder within the clone.")
def explain(key: str, directory: Path) -> None:
    """Says what KEY (such as loadTest.users) means, what it may be, its default, and the keys below it.

    A key of locust.yml is upstream's chart's: upstream.worker.replicas, or worker.replicas.
    """
    click.echo(plain_lines(explained(find_clone(directory), key)))
