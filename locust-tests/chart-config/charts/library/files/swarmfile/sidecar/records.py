"""Writes the records of runs, and deletes the oldest.

Whoever changes a record says which state of it he has seen: of two pods that write at once one is refused, looks again
and adds what it has.
"""

import hashlib
import logging
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from swarmfile.sidecar.age import KEPT, superfluous
from swarmfile.sidecar.event import verdict_event
from swarmfile.sidecar.kube import NOT_FOUND, ApiError, Cluster
from swarmfile.sidecar.merge import merged
from swarmfile.sidecar.record import (
    LABEL,
    RecordedRun,
    RecordError,
    config_maps,
    head_name,
    label_value,
    read_head,
    read_parts,
)

logger = logging.getLogger("swarmfile")
HEADS = f"{LABEL}run,!{LABEL}part"
INSTALLATION = f"{LABEL}installation"
WRITER = f"{LABEL}writer"
CLAIM = f"{LABEL}claimed-by"
# A verdict that lay on a volume for longer is told by no Event.
NEWS_FOR_S = 600


@dataclass(frozen=True)
class RecordHead:
    """A head as it stands in the namespace. run: None where it cannot be read; version: its resourceVersion."""

    run: RecordedRun | None
    version: str
    writer: str
    installation: str

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "RecordHead":
        """Returns what a ConfigMap says."""
        metadata = manifest["metadata"]
        labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
        try:
            run = read_head(manifest)
        except RecordError:
            run = None
        version = metadata.get("resourceVersion", "")
        return cls(run, version, annotations.get(WRITER, ""), labels.get(INSTALLATION, ""))


class Records:
    """The records of a namespace, to which this process adds the runs of one installation. writer: the pod's name."""

    def __init__(self, api: Cluster, labels: Mapping[str, str], keep: int = KEPT, writer: str = "") -> None:
        self._api = api
        self._labels = dict(labels)
        self._keep = keep
        self._writer = writer or socket.gethostname()

    def keep(self, run: RecordedRun, files: Mapping[str, bytes]) -> RecordedRun:
        """Records a run that ended, tells of it, lets the oldest go, and returns what is recorded.

        Raises ApiError, and RecordError where the record is another test's.
        """
        head = self._head(run)
        if head and head.run and says(head.run, files):
            return head.run
        recorded = self._write(head, run, files)
        logger.info("swarmfile: the results of %s are kept in ConfigMap %s", run.run, head_name(run.run))
        if time.time() - run.at < NEWS_FOR_S:
            verdict_event(self._api, recorded)
        self._prune()
        return recorded

    def write(self, run: RecordedRun, files: Mapping[str, bytes]) -> RecordedRun:
        """Writes a state of a run, and returns what is recorded. Raises as `keep`."""
        return self._write(self._head(run), run, files)

    def _head(self, run: RecordedRun) -> RecordHead | None:
        try:
            head = RecordHead.of(self._api.get(f"configmaps/{head_name(run.run)}"))
        except ApiError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        own = self._labels.get(INSTALLATION, "")
        if own and head.installation and head.installation != own:
            raise RecordError(f"ConfigMap {head_name(run.run)} is the record of another installation")
        return head

    def _write(self, head: RecordHead | None, run: RecordedRun, files: Mapping[str, bytes]) -> RecordedRun:
        if head is None or head.run is None:
            return self._put(head, run, files)
        same_writer = head.writer in ("", self._writer)
        state = merged(head.run, lambda: self._files(run), run, files, same_writer)
        return self._put(head, *state) if state else head.run

    def _put(self, head: RecordHead | None, run: RecordedRun, files: Mapping[str, bytes]) -> RecordedRun:
        """Writes the parts, and the head last: it says that the rest is there."""
        before, version = self._parts_of(head_name(run.run)), self._claim(head, run)
        parts, content = config_maps(run, files, self._labels)
        for part in parts:
            self._api.write("configmaps", part)
        content["metadata"]["annotations"][WRITER] = self._writer
        if head:
            content["metadata"]["resourceVersion"] = version
            self._api.write("configmaps", content)
        else:
            self._api.create("configmaps", content)
        for number in range(len(parts) + 1, before + 1):
            self._api.delete(f"configmaps/{head_name(run.run)}-{number:02}")
        return read_head(content)

    def _claim(self, head: RecordHead | None, run: RecordedRun) -> str:
        """Says in a head that nobody changed since it was read who writes its parts now, and returns its version."""
        if head is None:
            return ""
        metadata = {"name": head_name(run.run), "resourceVersion": head.version, "annotations": {CLAIM: self._writer}}
        return str(self._api.write("configmaps", {"metadata": metadata})["metadata"].get("resourceVersion", ""))

    def _files(self, run: RecordedRun) -> dict[str, bytes]:
        try:
            return read_parts(self._api.find("configmaps", f"{LABEL}run={label_value(run.run)},{LABEL}part"))
        except RecordError as error:
            logger.warning("swarmfile: what was recorded of %s is lost: %s", run.run, error)
            return {}

    def _parts_of(self, name: str) -> int:
        try:
            return int(self._api.get(f"configmaps/{name}")["metadata"]["annotations"][f"{LABEL}parts"])
        except (ApiError, KeyError, ValueError):
            return 0

    def _prune(self) -> None:
        try:
            for name in superfluous(self._api.find("configmaps", HEADS), self._keep, time.time()):
                delete(self._api, name, self._parts_of(name))
                logger.info("swarmfile: deleted %s: more than %s runs of its type are newer", name, self._keep)
        except ApiError as error:
            logger.warning("swarmfile: runs beyond results.keep are not deleted: %s", error)


def says(recorded: RecordedRun, files: Mapping[str, bytes]) -> bool:
    """Whether a final record holds these files, for example from before a volume moved to this pod."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    for name in recorded.left_out:
        digests.pop(name, None)
    return recorded.ended and digests.items() <= recorded.files.items()


def delete(api: Cluster, name: str, parts: int) -> None:
    """Deletes a head and its parts, the head first: what is left of a half-deleted run is not listed."""
    for each in (name, *(f"{name}-{number:02}" for number in range(1, parts + 1))):
        api.delete(f"configmaps/{each}")
