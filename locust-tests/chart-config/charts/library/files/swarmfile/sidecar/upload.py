"""Puts the files of runs that ended into a bucket, as <prefix>/<run>/<file>, beside what else is done with them.

It has a thread of its own: a storage that is slow or away delays no snapshot. `verdict.json` comes last and carries the
digest of all of them: where it is there, the rest is, and nothing is put again by a process that knows no former one.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Thread

from swarmfile.results.kept import Kept, KeptRuns
from swarmfile.results.names import VERDICT
from swarmfile.sidecar.folder import Found, fingerprint, has_ended, runs_in
from swarmfile.sidecar.s3 import Bucket, S3Error

INTERVAL_S = 5
Files = Mapping[str, bytes]
logger = logging.getLogger("swarmfile")


class Uploads:
    """Remembers what is in the bucket, so that an unchanged run costs nothing.

    kept: where it is noted what became of each run, where nothing but the bucket keeps them
    """

    def __init__(
        self, bucket: Bucket, results: Path, found_in: Callable[[Path], Found], kept: KeptRuns | None = None
    ) -> None:
        self._bucket = bucket
        self._results = results
        self._found_in = found_in
        self._kept = kept or KeptRuns()
        self._uploaded: dict[str, object] = {}
        self._trouble = ""

    def follow(self, ended: Event) -> Thread:
        """Looks every few seconds in a thread that is returned, and once more after the event."""

        def until_ended() -> None:
            while not ended.wait(INTERVAL_S):
                self.look()
            self.look()

        thread = Thread(target=until_ended, daemon=True)
        thread.start()
        return thread

    def look(self) -> None:
        """Uploads what is new, and logs why it cannot."""
        try:
            for folder in filter(has_ended, runs_in(self._results)):
                self._look_at(folder)
        except S3Error as error:
            self._complain(error.kind, str(error))
        except OSError as error:
            self._complain("folder", f"the results folder cannot be read ({error})")

    def _look_at(self, folder: Path) -> None:
        found = fingerprint(folder)
        if self._uploaded.get(folder.name) != found:
            files = self._found_in(folder)
            try:
                self._upload(folder.name, files.files)
            except S3Error as error:
                self._kept.note(folder.name, Kept(str(error), lasting=False))
                raise
            self._kept.note(folder.name, Kept(unreadable=files.unreadable, too_large=files.too_large))
            self._uploaded[folder.name] = found
            self._trouble = ""

    def _upload(self, run: str, files: Files) -> None:
        digest = digest_of(files)
        if self._bucket.note(f"{run}/{VERDICT}") == digest:
            return
        for name in sorted(files, key=lambda name: (name == VERDICT, name)):
            self._bucket.put(f"{run}/{name}", files[name], digest if name == VERDICT else "")
        logger.info("swarmfile: the files of %s are in bucket %s: %s/", run, self._bucket.name, self._bucket.path(run))

    def _complain(self, kind: str, trouble: str) -> None:
        """Says it once for each kind of trouble, until something is uploaded again."""
        if kind != self._trouble:
            logger.error("swarmfile: results are not in the bucket: %s", trouble)
        self._trouble = kind


def digest_of(files: Files) -> str:
    """Returns what is equal for files of the same names and contents alone."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()
