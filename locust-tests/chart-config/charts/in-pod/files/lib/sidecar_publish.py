"""Keeps the runs of one results folder in ConfigMaps: a snapshot every 15 s, and the final state once it is there."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lib.checked_json import Fields, loads
from lib.run_state_answer import State, parse
from lib.sidecar_age import KEPT, SNAPSHOT_INTERVAL_S, superfluous
from lib.sidecar_event import verdict_event
from lib.sidecar_folder import files_of, fingerprint, has_ended, runs_in
from lib.sidecar_kube import NOT_FOUND, Api, ApiError
from lib.sidecar_record import LABEL, RUNNING, RecordError, Run, config_maps, head_name, read_head

logger = logging.getLogger("swarmfile")
HEADS = f"{LABEL}run,!{LABEL}part"
STATE_FILE = "state.json"
# A verdict that lay on a volume for longer is told by no Event.
NEWS_FOR_S = 600
Answer = Mapping[str, Any]


class Publisher:
    """Remembers what it published, so that an unchanged run costs nothing."""

    def __init__(self, api: Api, results: Path, labels: Mapping[str, str], keep: int = KEPT) -> None:
        self._api = api
        self._results = results
        self._labels = dict(labels)
        self._keep = keep
        self._published: dict[str, object] = {}
        self._snapshot_at: dict[str, float] = {}
        self._states: dict[str, bytes] = {}
        self._trouble: int | None = None

    def look(self, ask: Callable[[], Answer | None]) -> None:
        """Publishes what is new, and logs why it cannot. `ask` returns the master's answer, None for silence."""
        try:
            for folder in runs_in(self._results):
                self._look_at(folder, ask)
        except ApiError as error:
            self._complain(error.status, str(error))
        except OSError as error:
            self._complain(-1, f"the results folder cannot be read ({error})")

    def files_of_ended(self, folder: Path) -> dict[str, bytes]:
        """Returns what there is to keep of a run that ended. Raises OSError."""
        files = files_of(folder)
        if "metrics.json" not in files and folder.name in self._states:
            # Its master was killed and wrote no numbers: the last known ones stay.
            files.setdefault(STATE_FILE, self._states[folder.name])
        return files

    def _look_at(self, folder: Path, ask: Callable[[], Answer | None]) -> None:
        if has_ended(folder):
            self._publish_final(folder)
        elif time.monotonic() - self._snapshot_at.get(folder.name, float("-inf")) >= SNAPSHOT_INTERVAL_S:
            answer = ask()
            if answer and answer.get("run") == folder.name:
                self._snapshot_at[folder.name] = time.monotonic()
                self._states[folder.name] = json.dumps(answer, indent=2).encode()
                self._write(snapshot(parse(answer)), files_of(folder) | {STATE_FILE: self._states[folder.name]})

    def _publish_final(self, folder: Path) -> None:
        found = fingerprint(folder)
        if self._published.get(folder.name) == found:
            return
        files = self.files_of_ended(folder)
        run = final(files, (folder / "verdict.json").stat().st_mtime)
        if run is None or run.run != folder.name:
            # A script can write a verdict.json that names another's run.
            return
        if not self._is_recorded(run, files):
            self._publish(run, files)
        self._published[folder.name] = found

    def _publish(self, run: Run, files: Mapping[str, bytes]) -> None:
        self._write(run, files)
        logger.info("swarmfile: the results of %s are kept in ConfigMap %s", run.run, head_name(run.run))
        if time.time() - run.at < NEWS_FOR_S:
            verdict_event(self._api, run)
        self._prune()

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

    def _write(self, run: Run, files: Mapping[str, bytes]) -> None:
        before = self._parts_of(head_name(run.run))
        parts, head = config_maps(run, files, self._labels)
        for config_map in (*parts, head):
            self._api.write("configmaps", config_map)
        for number in range(len(parts) + 1, before + 1):
            self._api.delete(f"configmaps/{head_name(run.run)}-{number:02}")
        self._trouble = None

    def _parts_of(self, name: str) -> int:
        try:
            return int(self._api.get(f"configmaps/{name}")["metadata"]["annotations"][f"{LABEL}parts"])
        except (ApiError, KeyError, ValueError):
            return 0

    def _prune(self) -> None:
        for name in superfluous(self._api.find("configmaps", HEADS), self._keep, time.time()):
            delete(self._api, name, self._parts_of(name))
            logger.info("swarmfile: deleted %s: more than %s runs of its type are newer", name, self._keep)

    def _complain(self, kind: int, trouble: str) -> None:
        """Says it once for each kind of trouble, here an HTTP status, until something is published again."""
        if kind != self._trouble:
            logger.error("swarmfile: results are not kept in ConfigMaps: %s", trouble)
        self._trouble = kind


def delete(api: Api, name: str, parts: int) -> None:
    """Deletes a head and its parts, the head first: what is left of a half-deleted run is not listed."""
    for each in (name, *(f"{name}-{number:02}" for number in range(1, parts + 1))):
        api.delete(f"configmaps/{each}")


def snapshot(state: State) -> Run:
    """Returns the run as the master's state says it is now."""
    return Run(
        run=state.run,
        type=state.type,
        outcome=RUNNING,
        at=time.time(),
        requests=state.requests,
        failures=state.failures,
        p95_ms=state.p95_ms,
        rate=state.rps,
    )


def final(files: Mapping[str, bytes], at: float) -> Run | None:
    """Returns the run as its files say it was; None where they cannot be read: a script can write them, too."""
    verdict, metrics, state = (_json(files, name) for name in ("verdict.json", "metrics.json", STATE_FILE))
    try:
        run = Run(verdict.text("run"), verdict.text("type"), verdict.text("outcome"), at, verdict.texts("reasons"))
        if metrics.content.get("totals"):
            tags, note = metrics.texts_by_name("tags"), metrics.text("note", "")
            return replace(run, **_numbers(metrics.mapping("totals")), tags=tags, note=note)
        last = snapshot(parse(state.content)) if state.content else run
    except ValueError:
        return None
    return replace(run, requests=last.requests, failures=last.failures, p95_ms=last.p95_ms, rate=last.rate)


def _numbers(totals: Fields) -> dict[str, Any]:
    return {
        "requests": totals.count("requests", 0),
        "failures": totals.count("failures", 0),
        "p95_ms": totals.mapping("percentiles_ms").number_or_none("p95"),
        "rate": totals.number_or_none("requests_per_s"),
    }


def _json(files: Mapping[str, bytes], name: str) -> Fields:
    try:
        return Fields.of(loads(files[name]))
    except (KeyError, ValueError):
        return Fields({})
