"""Gives a pod that was moved what its predecessor left, before the master starts: the run's files and its marker.

Only the last run of the same installation counts, and only if it was of the same definition: whoever applies another
one, and then the first again, wants the test to run. An installation is known by the uid of its Job; a Deployment's by
that of its settings' ConfigMap, which an upgrade keeps and an uninstall ends: whoever destroys and applies wants the
test to run, too.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from lib.sidecar_kube import Api
from lib.sidecar_publish import HEADS
from lib.sidecar_record import LABEL, RecordError, Run, head_name, label_value, read_head, read_parts

logger = logging.getLogger("swarmfile")
DEFINITION = f"{LABEL}definition"
INSTALLATION = f"{LABEL}installation"


def labels_of(api: Api, definition: str, settings: str, job: str = "") -> dict[str, str]:
    """Returns the labels by which a successor finds this pod's runs. `job`: the uid of its Job. Raises ApiError."""
    uid = job or str(api.get(f"configmaps/{settings}")["metadata"]["uid"])
    return {DEFINITION: definition[:32], INSTALLATION: uid}


def restore(api: Api, results: Path, labels: Mapping[str, str], marker: Path) -> str | None:
    """Writes the last run's files and the marker, and returns the run; None where there is nothing to restore.

    Raises ApiError, RecordError and OSError; a marker that lies there already is newer than any record.
    """
    if marker.exists():
        return None
    heads = api.find("configmaps", f"{HEADS},{INSTALLATION}={labels[INSTALLATION]}")
    runs = [(read_head(head), head["metadata"]["labels"].get(DEFINITION)) for head in heads]
    last, definition = max(runs, key=lambda run: run[0].at, default=(None, None))
    if last is None or definition != labels[DEFINITION]:
        return None
    write_files(api, results / last.run, last)
    marker.write_text(json.dumps({"run": last.run, "type": last.type}) + "\n", "utf-8")
    logger.info("swarmfile: this pod succeeds one that ran %s", last.run)
    return last.run


def forget_former_starts(marker: Path, labels: Mapping[str, str]) -> None:
    """Removes what a volume kept: its own marker of a former installation, this installation's of other definitions.

    Raises OSError.
    """
    marker.parent.mkdir(parents=True, exist_ok=True)
    own = marker.with_suffix(".installation")
    for note in marker.parent.glob(".started-*.installation"):
        if (note == own) != (note.read_text("utf-8") == labels[INSTALLATION]):
            note.with_suffix(".json").unlink(missing_ok=True)
    own.write_text(labels[INSTALLATION], "utf-8")


def write_files(api: Api, folder: Path, run: Run) -> None:
    """Writes the record's files; without them the marker alone still keeps the run from being repeated."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        files = read_parts(api.find("configmaps", f"{LABEL}run={label_value(run.run)},{LABEL}part"))
    except RecordError as error:
        logger.warning("swarmfile: the files of %s are not restored: %s", head_name(run.run), error)
        return
    for name, content in files.items():
        (folder / name).write_bytes(content)
