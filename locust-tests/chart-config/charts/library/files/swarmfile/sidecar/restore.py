"""Gives a pod that was moved what its predecessor left, before the master starts: the run's files and its marker.

Only the last run of the same installation counts, and only if it was of the same definition: whoever applies another
one, and then the first again, wants the test to run. An installation is known by the uid of its Job; a Deployment's by
that of its settings' ConfigMap, which an upgrade keeps and an uninstall ends: whoever destroys and applies wants the
test to run, too. A script before this pod may have left links on the volume: nothing is written through them.
"""

import json
import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import Any

from swarmfile.sidecar.age import STALE_AFTER_S, cut_short
from swarmfile.sidecar.folder import opened, read
from swarmfile.sidecar.kube import Cluster
from swarmfile.sidecar.record import LABEL, RecordedRun, RecordError, head_name, label_value, read_head, read_parts
from swarmfile.sidecar.records import HEADS, INSTALLATION

logger = logging.getLogger("swarmfile")
DEFINITION = f"{LABEL}definition"
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
LONGEST_NOTE_BYTES = 1000
LOOK_S = 2
# Also where the clocks of two nodes differ.
LONGEST_WAIT_S = STALE_AFTER_S + 15


def labels_of(api: Cluster, definition: str, settings: str, job: str = "") -> dict[str, str]:
    """Returns the labels by which a successor finds this pod's runs. `job`: the uid of its Job. Raises ApiError."""
    uid = job or str(api.get(f"configmaps/{settings}")["metadata"]["uid"])
    return {DEFINITION: definition[:32], INSTALLATION: uid}


def await_predecessor(api: Cluster, labels: Mapping[str, str], marker: Path, told_to_end: Event) -> None:
    """Waits as long as a pod before this one may still record the end of its run. Raises ApiError and RecordError.

    What is restored too early is a snapshot, and this pod would say of the run that it has no end.
    """
    limit, said = time.monotonic() + LONGEST_WAIT_S, False
    while not os.path.lexists(marker) and time.monotonic() < limit:
        last = last_run(api, labels)
        if last is None or last.ended or cut_short(last, time.time()):
            return
        if not said:
            logger.info("swarmfile: the pod before this one may still record how %s ended: waiting for it", last.run)
        said = True
        if told_to_end.wait(LOOK_S):
            return


def last_run(api: Cluster, labels: Mapping[str, str]) -> RecordedRun | None:
    """Returns the installation's newest run; None where that was of another definition. Raises ApiError."""
    heads = api.find("configmaps", f"{HEADS},{INSTALLATION}={labels[INSTALLATION]}")
    last, definition = max(readable(heads), key=lambda run: run[0].at, default=(None, ""))
    return last if definition == labels[DEFINITION] else None


def restore(api: Cluster, results: Path, labels: Mapping[str, str], marker: Path) -> str | None:
    """Writes the last run's files and the marker, and returns the run; None where there is nothing to restore.

    Raises ApiError and OSError; a marker that lies there already is newer than any record.
    """
    # The library makes no link: what a script left in the marker's place is none.
    if os.path.lexists(marker) and not marker.is_symlink():
        return None
    last = last_run(api, labels)
    if last is None:
        return None
    # First: whatever becomes of the files, the run is not repeated.
    put(marker, json.dumps({"run": last.run, "type": last.type}).encode() + b"\n")
    write_files(api, results / last.run, last)
    logger.info("swarmfile: this pod succeeds one that ran %s", last.run)
    return last.run


def readable(heads: Iterable[Mapping[str, Any]]) -> Iterator[tuple[RecordedRun, str]]:
    """Yields run and definition of the heads that can be read; one that cannot be is logged and hides no other."""
    for head in heads:
        try:
            yield read_head(head), str(head["metadata"]["labels"].get(DEFINITION))
        except RecordError as error:
            logger.warning("swarmfile: %s", error)


def forget_former_starts(marker: Path, labels: Mapping[str, str]) -> None:
    """Removes what a volume kept: its own marker of a former installation, this installation's of other definitions.

    Raises OSError.
    """
    marker.parent.mkdir(parents=True, exist_ok=True)
    own = marker.with_suffix(".installation")
    for note in marker.parent.glob(".started-*.installation"):
        if (note == own) != (noted(note) == labels[INSTALLATION].encode()):
            note.with_suffix(".json").unlink(missing_ok=True)
    put(own, labels[INSTALLATION].encode())


def noted(note: Path) -> bytes | None:
    """Returns what a small file says, None where it is none."""
    try:
        with opened(note.parent) as folder:
            return read(folder, note.name, LONGEST_NOTE_BYTES)
    except OSError:
        return None


def write_files(api: Cluster, folder: Path, run: RecordedRun) -> None:
    """Writes the record's files; without them the marker alone still keeps the run from being repeated."""
    if folder.is_symlink():
        # The script shares the volume: a link of its own must not lead the sidecar elsewhere.
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        files = read_parts(api.find("configmaps", f"{LABEL}run={label_value(run.run)},{LABEL}part"))
    except RecordError as error:
        logger.warning("swarmfile: the files of %s are not restored: %s", head_name(run.run), error)
        return
    for name, content in files.items():
        put(folder / name, content)


def put(path: Path, content: bytes) -> None:
    """Replaces a file, or a link in its place, in a folder that is no link. Raises OSError."""
    draft = f".{path.name}.restored"
    with opened(path.parent) as folder:
        if os.path.lexists(path.parent / draft):
            os.unlink(draft, dir_fd=folder)
        with os.fdopen(os.open(draft, NEW_FILE, 0o644, dir_fd=folder), "wb") as file:
            file.write(content)
        os.rename(draft, path.name, src_dir_fd=folder, dst_dir_fd=folder)
