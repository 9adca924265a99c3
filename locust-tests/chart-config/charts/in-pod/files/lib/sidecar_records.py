"""Writes the records of runs, and deletes the oldest."""

import hashlib
import logging
import time
from collections.abc import Mapping

from lib.sidecar_age import KEPT, superfluous
from lib.sidecar_event import verdict_event
from lib.sidecar_kube import NOT_FOUND, Api, ApiError
from lib.sidecar_record import LABEL, RecordError, Run, config_maps, head_name, read_head

logger = logging.getLogger("swarmfile")
HEADS = f"{LABEL}run,!{LABEL}part"
# A verdict that lay on a volume for longer is told by no Event.
NEWS_FOR_S = 600


class Records:
    """The records of a namespace, to which this process adds the runs of one installation."""

    def __init__(self, api: Api, labels: Mapping[str, str], keep: int = KEPT) -> None:
        self._api = api
        self._labels = dict(labels)
        self._keep = keep

    def keep(self, run: Run, files: Mapping[str, bytes]) -> None:
        """Records a run that ended, tells of it, and lets the oldest go. Raises ApiError."""
        if self._is_recorded(run, files):
            return
        self.write(run, files)
        logger.info("swarmfile: the results of %s are kept in ConfigMap %s", run.run, head_name(run.run))
        if time.time() - run.at < NEWS_FOR_S:
            verdict_event(self._api, run)
        self._prune()

    def write(self, run: Run, files: Mapping[str, bytes]) -> None:
        """Writes a record. Raises ApiError."""
        before = self._parts_of(head_name(run.run))
        parts, head = config_maps(run, files, self._labels)
        for config_map in (*parts, head):
            self._api.write("configmaps", config_map)
        for number in range(len(parts) + 1, before + 1):
            self._api.delete(f"configmaps/{head_name(run.run)}-{number:02}")

    def _is_recorded(self, run: Run, files: Mapping[str, bytes]) -> bool:
        """Whether a process before this one published just this, for example before a volume moved to this pod."""
        try:
            recorded = read_head(self._api.get(f"configmaps/{head_name(run.run)}"))
        except RecordError:
            return False
        except ApiError as error:
            if error.status == NOT_FOUND:
                return False
            raise
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        return recorded.ended and recorded.files == {
            name: digest for name, digest in digests.items() if name not in recorded.left_out
        }

    def _parts_of(self, name: str) -> int:
        try:
            return int(self._api.get(f"configmaps/{name}")["metadata"]["annotations"][f"{LABEL}parts"])
        except (ApiError, KeyError, ValueError):
            return 0

    def _prune(self) -> None:
        for name in superfluous(self._api.find("configmaps", HEADS), self._keep, time.time()):
            delete(self._api, name, self._parts_of(name))
            logger.info("swarmfile: deleted %s: more than %s runs of its type are newer", name, self._keep)


def delete(api: Api, name: str, parts: int) -> None:
    """Deletes a head and its parts, the head first: what is left of a half-deleted run is not listed."""
    for each in (name, *(f"{name}-{number:02}" for number in range(1, parts + 1))):
        api.delete(f"configmaps/{each}")
