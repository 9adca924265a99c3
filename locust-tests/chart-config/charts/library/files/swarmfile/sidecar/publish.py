"""Looks at one results folder and keeps its runs: a snapshot every 15 s, and the final state once it is there."""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from swarmfile.results.kept import Kept, KeptRuns
from swarmfile.results.names import FILES, METRICS, STATE, VERDICT
from swarmfile.run.state import parse
from swarmfile.sidecar.age import SNAPSHOT_INTERVAL_S
from swarmfile.sidecar.folder import Found, files_of, fingerprint, has_ended, modified_at, runs_in, unknown_in
from swarmfile.sidecar.head import NotARunError, final, snapshot
from swarmfile.sidecar.kube import ApiError
from swarmfile.sidecar.record import RecordedRun, RecordError
from swarmfile.sidecar.records import Records

logger = logging.getLogger("swarmfile")
DOES_NOT_FIT = "it does not fit into the run's ConfigMaps"
Answer = Mapping[str, Any]


class Publisher:
    """Remembers what it published, so that an unchanged run costs nothing.

    names: the files that are kept of a run; kept: where it is noted what became of each
    """

    def __init__(
        self, records: Records, results: Path, names: Sequence[str] = FILES, kept: KeptRuns | None = None
    ) -> None:
        self._records = records
        self._results = results
        self._names = names
        self._kept = kept or KeptRuns()
        self._published: dict[str, object] = {}
        self._snapshot_at: dict[str, float] = {}
        self._states: dict[str, bytes] = {}
        self._said: set[object] = set()

    def look(self, ask: Callable[[], Answer | None]) -> None:
        """Publishes what is new, and logs why it cannot. `ask` returns the master's answer, None for silence."""
        asked = cache(ask)
        try:
            folders = list(runs_in(self._results))
        except OSError as error:
            self._complain("folder", f"the results folder cannot be read ({error})")
            return
        for folder in folders:
            with self._whatever_it_holds(folder):
                self._look_at(folder, asked)

    def found_of_ended(self, folder: Path) -> Found:
        """Returns what there is to keep of a run that ended. Raises OSError."""
        found = files_of(folder, self._names)
        if METRICS not in found.files:
            # Its master was killed and wrote no numbers: the last known ones stay, also those that were restored.
            known = self._states.get(folder.name) or files_of(folder, (STATE,)).files.get(STATE)
            found.files.update({STATE: known} if known else {})
        return found

    @contextmanager
    def _whatever_it_holds(self, folder: Path) -> Iterator[None]:
        """One run's trouble, whoever made it, costs no other run its record."""
        try:
            yield
        except ApiError as error:
            self._complain(error.status, str(error))
            self._kept.note(folder.name, Kept(str(error), error.lasting))
        except Exception as error:
            why = str(error) if isinstance(error, (NotARunError, RecordError)) else f"{folder.name}: {error!r}"
            self._complain((folder.name, why), why)
            self._kept.note(folder.name, Kept(why))

    def _look_at(self, folder: Path, ask: Callable[[], Answer | None]) -> None:
        if has_ended(folder):
            self._look_at_ended(folder)
        elif time.monotonic() - self._snapshot_at.get(folder.name, float("-inf")) >= SNAPSHOT_INTERVAL_S:
            answer = ask()
            if answer and answer.get("run") == folder.name:
                self._snapshot_at[folder.name] = time.monotonic()
                self._states[folder.name] = json.dumps(answer, indent=2).encode()
                found = files_of(folder, self._names)
                found.files[STATE] = self._states[folder.name]
                self._records.write(with_left_out(snapshot(parse(answer)), found), found.files)
                self._api_answers()

    def _look_at_ended(self, folder: Path) -> None:
        now = fingerprint(folder, self._names)
        if self._published.get(folder.name) == now:
            return
        self._published[folder.name] = now
        try:
            self._publish(folder)
        except ApiError:
            # It is tried again; what is wrong with files stays so until they change.
            del self._published[folder.name]
            raise

    def _publish(self, folder: Path) -> None:
        found = self.found_of_ended(folder)
        run = with_left_out(final(folder.name, found.files, modified_at(folder, VERDICT)), found)
        recorded = self._records.keep(run, found.files)
        unpacked = {name: DOES_NOT_FIT for name in recorded.left_out if name in found.files}
        other = "" if recorded.outcome == run.outcome else f"another pod recorded {recorded.outcome} for it"
        self._kept.note(run.run, Kept(other, unreadable=found.unreadable, too_large={**found.too_large, **unpacked}))
        self._api_answers()
        self._say_what_is_missing(folder, found)

    def _say_what_is_missing(self, folder: Path, found: Found) -> None:
        for name, why in {**found.unreadable, **found.too_large}.items():
            logger.error("swarmfile: %s of %s is not kept: %s", name, folder.name, why)
        if others := unknown_in(folder, self._names):
            logger.info("swarmfile: not kept of %s, since results.extraFiles does not name it: %r", folder.name, others)

    def _api_answers(self) -> None:
        self._said = {kind for kind in self._said if not isinstance(kind, int)}

    def _complain(self, kind: object, trouble: str) -> None:
        """Says it once for each kind of trouble, here an HTTP status, until something is published again."""
        if kind not in self._said:
            logger.error("swarmfile: results are not kept in ConfigMaps: %s", trouble)
        self._said.add(kind)


def with_left_out(run: RecordedRun, found: Found) -> RecordedRun:
    """Returns the run, which then says what is not there of its files."""
    return replace(run, left_out=(*found.unreadable, *found.too_large))
