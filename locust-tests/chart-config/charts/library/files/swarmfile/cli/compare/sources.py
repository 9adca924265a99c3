"""Reads the runs that a comparison names: each a results folder, or a run that the cluster keeps."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.cluster.records import files_of_record, found
from swarmfile.cli.errors import BadInputError
from swarmfile.compare.kept import KeptRun, kept_run
from swarmfile.results.names import BLOCKS, METRICS, VERDICT
from swarmfile.sidecar.folder import files_of
from swarmfile.untrusted.text import plain

NEEDED = (VERDICT, METRICS, BLOCKS)


def read_runs(named: Sequence[str], cluster: Callable[[], Kubectl]) -> list[KeptRun]:
    """Returns the runs of these names; what names a folder is one. Raises BadInputError."""
    return [
        of_folder(Path(name)) if Path(name).exists() or "/" in name else of_cluster(name, cluster()) for name in named
    ]


def of_folder(folder: Path) -> KeptRun:
    """Returns the run of a results folder. Raises BadInputError."""
    if not folder.is_dir():
        raise BadInputError(f"{folder}: is no folder; give a run's results folder, or the name of a run")
    return _run(str(folder), files_of(folder.absolute(), NEEDED).files)


def of_cluster(name: str, kubectl: Kubectl) -> KeptRun:
    """Returns a run that a namespace keeps. Raises BadInputError."""
    return _run(name, files_of_record(kubectl, found(kubectl, name), time.time()))


def _run(name: str, files: Mapping[str, bytes]) -> KeptRun:
    missing = [file for file in (VERDICT, METRICS) if file not in files]
    if missing:
        raise BadInputError(
            f"{name}: cannot be compared: it has no {missing[0]}; a run that was cut short has no numbers"
        )
    try:
        return kept_run(files[VERDICT], files[METRICS], files.get(BLOCKS))
    except ValueError as error:
        raise BadInputError(f"{name}: cannot be compared: {plain(str(error))[:200]}") from None
