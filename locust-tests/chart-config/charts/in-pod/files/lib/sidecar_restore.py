"""Gives a pod that was moved what its predecessor left, before the master starts: the run's files and its marker.

Only records of the same definition and the same installation count. An installation is known by the uid of its
settings' ConfigMap, which an upgrade keeps and an uninstall ends: whoever destroys and applies wants the test to run.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lib.sidecar_kube import Api
from lib.sidecar_publish import HEADS
from lib.sidecar_record import LABEL, RecordError, Run, head_name, label_value, read_head, read_parts

logger = logging.getLogger("swarmfile")
DEFINITION = f"{LABEL}definition"
INSTALLATION = f"{LABEL}installation"


def labels_of(api: Api, definition: str, settings: str) -> dict[str, str]:
    """Returns the labels by which a successor finds this pod's runs. Raises ApiError."""
    uid = str(api.get(f"configmaps/{settings}")["metadata"]["uid"])
    return {DEFINITION: definition[:32], INSTALLATION: uid}


def restore(api: Api, results: Path, labels: Mapping[str, str], marker: Path) -> str | None:
    """Writes the last run's files and the marker, and returns the run; None where there is nothing to restore.

    Raises ApiError and OSError; a marker that lies there already is newer than any record.
    """
    if marker.exists():
        return None
    selector = ",".join([HEADS, *(f"{name}={value}" for name, value in labels.items())])
    runs = list(readable(api.find("configmaps", selector)))
    if not runs:
        return None
    last = max(runs, key=lambda run: run.at)
    write_files(api, results / last.run, last)
    write_anew(marker, (json.dumps({"run": last.run, "type": last.type}) + "\n").encode())
    logger.info("swarmfile: this pod succeeds one that ran %s", last.run)
    return last.run


def readable(heads: Iterable[Mapping[str, Any]]) -> Iterator[Run]:
    """Yields the runs of heads that can be read; one that cannot be is logged and hides no other."""
    for head in heads:
        try:
            yield read_head(head)
        except RecordError as error:
            logger.warning("swarmfile: %s", error)


def forget_former_installation(marker: Path, labels: Mapping[str, str]) -> None:
    """Removes a marker that a volume kept from an installation that is gone. Raises OSError."""
    note = marker.with_suffix(".installation")
    if note.exists() and note.read_text("utf-8") != labels[INSTALLATION]:
        marker.unlink(missing_ok=True)
    marker.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(labels[INSTALLATION], "utf-8")


def write_files(api: Api, folder: Path, run: Run) -> None:
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
        write_anew(folder / name, content)


def write_anew(path: Path, content: bytes) -> None:
    """Writes a file in the place of whatever lies there, and never through a link. Raises OSError."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644), "wb") as file:
        file.write(content)
