"""Reads and deletes the runs that clusters keep: ConfigMaps swarmfile-run-<run>, see swarmfile/sidecar/record.py."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.errors import BadInputError, did_you_mean
from swarmfile.sidecar.age import NAME, cut_short, superfluous
from swarmfile.sidecar.record import (
    LABEL,
    RecordedRun,
    RecordError,
    head_name,
    label_value,
    object_name,
    read_head,
    read_parts,
)

# What one argument of a process may hold, whichever its letters.
LONGEST_REASON = 30_000
HEADS = f"{LABEL}run,!{LABEL}part"


def listed(kubectl: Kubectl, test_type: str | None = None, test: str = "") -> tuple[list[RecordedRun], dict[str, str]]:
    """Returns the runs of a namespace, the newest first, and by ConfigMap what is wrong with those that have none.

    test_type, test: only those of a type, and of one test where a namespace has several
    """
    of_type = f",{LABEL}type={label_value(test_type)}" if test_type else ""
    runs, unreadable = [], dict[str, str]()
    for head in kubectl.objects("configmaps", HEADS + of_type + of_test(test)):
        try:
            runs.append(read_head(head))
        except RecordError as error:
            unreadable[object_name(head)] = str(error)
    return sorted(runs, key=lambda run: run.at, reverse=True), unreadable


def of_test(name: str) -> str:
    """Returns what a selector says more where only one test's runs are wanted."""
    return f",{NAME}={name}" if name else ""


def found(kubectl: Kubectl, name: str, test: str = "") -> RecordedRun:
    """Returns the run of that name, perhaps of one test. Raises BadInputError with those that there are."""
    known, unreadable = listed(kubectl, test=test)
    runs = {run.run: run for run in known}
    if head_name(name) in unreadable:
        raise BadInputError(unreadable[head_name(name)])
    if not runs:
        raise BadInputError(
            f"{name}: there are no recorded runs in namespace {kubectl.namespace}; give another with -n"
        )
    if name not in runs:
        raise BadInputError(
            f"{name}: there is no such run in namespace {kubectl.namespace}; {did_you_mean(name, runs)}"
        )
    return runs[name]


def write_files(kubectl: Kubectl, run: RecordedRun, folder: Path, now: float) -> list[str]:
    """Writes the run's files into a folder and returns their names.

    A run that was cut short has no verdict on record: it gets INVALID with that reason. Raises BadInputError.
    """
    files = files_of_record(kubectl, run, now)
    write_all(folder, files)
    return sorted(files)


def files_of_record(kubectl: Kubectl, run: RecordedRun, now: float) -> dict[str, bytes]:
    """Returns the run's files by name, as `write_files` writes them. Raises BadInputError."""
    try:
        files = read_parts(kubectl.objects("configmaps", f"{LABEL}run={label_value(run.run)},{LABEL}part"))
    except RecordError as error:
        raise BadInputError(f"{run.run}: {error}") from None
    if reason := cut_short(run, now):
        files |= verdict_files(run, reason)
    return files


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files into a folder. Raises BadInputError where it takes none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise BadInputError(f"-o: {folder}: {error.strerror}; give a folder that can be written") from None


def verdict_files(run: RecordedRun, reason: str) -> dict[str, bytes]:
    """Returns verdict.json, junit.xml and summary.md of an INVALID run."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / run.run
        known = f"{run.requests} requests and {run.failures} failures are known; what came later is not."
        command = [
            sys.executable,
            "-m",
            "swarmfile.cli.local.cut_short",
            str(folder),
            run.type,
            reason[:LONGEST_REASON],
        ]
        subprocess.run([*command, *([known] if run.requests else [])], check=True)
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def prune(kubectl: Kubectl, keep: int, now: float, dry_run: bool, test: str = "") -> list[str]:
    """Deletes all but the newest runs of each test and type, never a baseline, and returns what is gone."""
    heads = {str(head["metadata"]["name"]): head for head in kubectl.objects("configmaps", HEADS + of_test(test))}
    names = superfluous(heads.values(), keep, now)
    for name in names:
        label = heads[name]["metadata"]["labels"][f"{LABEL}run"]
        if not dry_run:
            kubectl.run("delete", "configmaps", "-l", f"{LABEL}run={label}")
    return names
