"""How master and workers are started on this machine: their command lines and their variables."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.validation import read_settings
from swarmfile.cli.definition.values import at
from swarmfile.cli.local.arguments import load_of, master_arguments, worker_arguments
from swarmfile.cli.local.locust_process import PARENT
from swarmfile.cli.local.ports import LOOPBACK, Ports
from swarmfile.cli.local.staging import StagedRun


@dataclass(frozen=True)
class Launch:
    """One run: against which host, with how many workers, under which name, and where its results go."""

    definition: Definition
    host: str
    workers: int
    run: str
    results: Path
    tags: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    metrics_port: int | None = None
    metrics_linger_s: int = 0

    @property
    def folder(self) -> Path:
        """Where the files of this run will be."""
        return self.results / self.run

    @cached_property
    def starts_by_itself(self) -> bool:
        """Whether the load begins without a click in the web UI."""
        return load_of(self.definition, read_settings(self.definition)).starts_by_itself


def master_command(launch: Launch, stage: StagedRun, ports: Ports) -> list[str]:
    """Returns the master's command line; no secret is part of it."""
    own = [f"--master-bind-host={LOOPBACK}", f"--master-bind-port={ports.master}"]
    web = [f"--web-host={LOOPBACK}", f"--web-port={ports.web}"]
    expected = [f"--host={launch.host}", f"--expect-workers={launch.workers}"]
    return [*_locust(stage), "--master", *own, *web, *expected, *master_arguments(launch.definition)]


def worker_command(launch: Launch, stage: StagedRun, ports: Ports) -> list[str]:
    """Returns a worker's command line."""
    own = [f"--master-host={LOOPBACK}", f"--master-port={ports.master}"]
    return [*_locust(stage), "--worker", *own, *worker_arguments(launch.definition)]


def master_environment(launch: Launch, stage: StagedRun) -> dict[str, str]:
    """Returns the master's variables; as in a pod its own go before the load test's."""
    upstream = launch.definition.upstream
    return {**_environment(launch, stage), **_variables(at(upstream, "master", "environment"))}


def worker_environment(launch: Launch, stage: StagedRun) -> dict[str, str]:
    """Returns a worker's variables; upstream's chart lets the load test's go before its own here."""
    own = _variables(at(launch.definition.upstream, "worker", "environment"))
    return {**own, **_environment(launch, stage)}


def exporter_command() -> list[str]:
    """Returns the command line of the process that serves the metrics."""
    return [sys.executable, "-m", "swarmfile.cli.local.exporter_process"]


def exporter_environment(launch: Launch, ports: Ports) -> dict[str, str]:
    """Returns the exporter's variables; it needs nothing of the test's."""
    own = {PARENT: str(os.getpid()), "SWARMFILE_MASTER": ports.url, "SWARMFILE_PORT": str(launch.metrics_port)}
    return {**os.environ, **own}


def _locust(stage: StagedRun) -> list[str]:
    return [sys.executable, "-m", "swarmfile.cli.local.locust_process", f"--locustfile={stage.locustfiles}"]


def _environment(launch: Launch, stage: StagedRun) -> dict[str, str]:
    upstream = launch.definition.upstream
    return {
        **stage.environment,
        **_variables(at(upstream, "loadtest", "environment")),
        **_variables(at(upstream, "loadtest", "environment_secret")),
        PARENT: str(os.getpid()),
        "SWARMFILE_RESULTS": str(launch.results),
        "SWARMFILE_RUN": launch.run,
        "SWARMFILE_TAGS": json.dumps(dict(launch.tags)),
        "SWARMFILE_NOTE": launch.note,
    }


def _variables(written: Mapping[str, object] | None) -> dict[str, str]:
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in (written or {}).items()
    }
