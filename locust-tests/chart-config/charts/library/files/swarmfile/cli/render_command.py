"""`swarmfile render`: a test's Kubernetes manifests as files, for a repository that Argo CD or Flux applies."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from swarmfile.cli.definition.clone import find_clone
from swarmfile.cli.definition.host import checked_host
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.results_command import of_a_test

# Of the two releases, as helm says where each object comes from.
OWN_CHART = "swarmfile"
FILES = {True: "locust-config.yaml", False: "locust.yaml"}
OPENING = "# Made by swarmfile render {type}; edits are lost when it runs again. For namespace {namespace}.\n"
SECRET = "Secret {name} is not written: create it in namespace {namespace} with {keys}"
_START = re.compile(r"^---[ \t]*$", re.MULTILINE)
_SOURCE = re.compile(r"^# Source: ([^/\n]+)/", re.MULTILINE)
_VERSION = re.compile(r"v?\d+\.\d+\.\d+")


@dataclass(frozen=True)
class Manifest:
    """One object: the chart that it comes from, its text and what that says."""

    chart: str
    text: str
    content: Mapping[str, Any]

    @property
    def is_secret(self) -> bool:
        """Whether a repository must not hold it."""
        return bool(self.content.get("kind") == "Secret")


@click.command("render", short_help="Write a test's manifests without secrets, for Argo CD or Flux.")
@click.argument("test_type", metavar="TYPE")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder.")
@click.option("--host", envvar="HOST", default="", metavar="URL", help="Address of the system under test; also HOST.")
@of_a_test
@click.option("-n", "--namespace", envvar="NAMESPACE", default="testing", show_default=True, help="Also NAMESPACE.")
@click.option("--run-id", envvar="RUN_ID", default="", metavar="TEXT", help="Another one runs it again; also RUN_ID.")
@click.option("--directory", type=click.Path(path_type=Path), default=".", help="A folder within the clone.")
def render(  # noqa: PLR0913, PLR0917 (click gives each option as an argument)
    test_type: str, output: Path, host: str, test: str, namespace: str, run_id: str, directory: Path
) -> None:
    """Writes what helmfile would apply for TYPE into FOLDER/locust-config.yaml and FOLDER/locust.yaml.

    The same definition gives the same bytes. Secrets are left out: which ones must be there is said at the end.
    Needs helmfile and helm.
    """
    clone = find_clone(directory)
    clone.refuse_unknown(test_type)
    variables = {"HOST": checked_host(host, "HOST"), "NAME": test, "NAMESPACE": namespace, "RUN_ID": run_id}
    manifests = list(manifests_in(rendered(clone.root, test_type, variables)))
    opening = OPENING.format(type=test_type, namespace=namespace)
    for own, file in FILES.items():
        texts = [each.text for each in manifests if (each.chart == OWN_CHART) is own and not each.is_secret]
        write(output / file, opening + "".join(f"---\n{text}\n" for text in texts))
        click.echo(output / file)
    for secret in filter(lambda each: each.is_secret, manifests):
        click.echo(secret_line(secret.content, namespace))


def rendered(root: Path, test_type: str, variables: Mapping[str, str]) -> str:
    """Returns what `helmfile template` prints. Raises BadInputError with its last line where it refuses."""
    helmfile, helm = found("helmfile"), found(os.environ.get("HELMFILE_HELM_BINARY") or "helm")
    environ = {**os.environ, **variables, "HELM_VERSION": helm_version(helm)}
    command = [helmfile, "--environment", test_type, "template"]
    done = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        last = [line.strip() for line in done.stderr.splitlines() if line.strip()][-1:]
        raise BadInputError(f"helmfile: {' '.join(last) or f'it ended with {done.returncode}'}")
    return done.stdout


def found(program: str) -> str:
    """Returns the program's path. Raises BadInputError where it is not there."""
    path = shutil.which(program)
    if path is None:
        raise BadInputError(f"{program} is not on PATH; swarmfile render needs helmfile and helm, see docs/gitops.md")
    return path


def helm_version(helm: str) -> str:
    """Returns the version as the helmfile wants to be told it, 4.0.0 where Helm does not say one."""
    done = subprocess.run([helm, "version", "--short"], capture_output=True, text=True, check=False)
    said = _VERSION.search(done.stdout)
    return said[0] if said else "4.0.0"


def manifests_in(text: str) -> Iterator[Manifest]:
    """Yields the objects that helm rendered, in its order, each as it is written there."""
    for part in _START.split(text):
        content = yaml.safe_load(part)
        if isinstance(content, dict):
            source = _SOURCE.search(part)
            yield Manifest(source[1] if source else "", part.strip("\n"), content)


def secret_line(content: Mapping[str, Any], namespace: str) -> str:
    """Returns what is to be done about a Secret: its name and keys, never its values."""
    keys = sorted({*(content.get("data") or {}), *(content.get("stringData") or {})})
    return SECRET.format(name=content["metadata"]["name"], namespace=namespace, keys=", ".join(keys))


def write(path: Path, text: str) -> None:
    """Replaces a file. Raises BadInputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"-o: {path.parent}: {error.strerror}; give a folder that can be written") from None
