"""Asks those who know how a run on a cluster goes: its master, its records, its container's last words."""

import json
import re
from dataclasses import dataclass
from typing import Any

from lib.run_state_answer import State, parse
from lib.sidecar_age import cut_short
from lib.sidecar_record import LABEL, RecordError, Run, read_head
from lib.sidecar_restore import INSTALLATION
from lib.verdict import EXIT_CODES, Outcome

from swarmfile.kubectl import Kubectl, KubectlError
from swarmfile.records import HEADS
from swarmfile.workload import Manifest, Workload

VERDICT = re.compile(r"swarmfile: verdict (PASS|FAIL|INVALID) (\S+)")
REASON = re.compile(r"swarmfile: reason: (.+)")
Verdict = dict[str, Any]
"""The content of verdict.json."""


@dataclass(frozen=True)
class Record:
    """What a ConfigMap keeps of a run; `verdict` is None for a snapshot."""

    run: Run
    verdict: Verdict | None

    @property
    def state(self) -> State:
        """The snapshot as the master's route would have told it."""
        run = self.run
        numbers = {"requests": run.requests, "failures": run.failures, "p95_ms": run.p95_ms, "rps": run.rate or 0.0}
        return parse({"run": run.run, "type": run.type, "state": "running", **numbers})


def asked(kubectl: Kubectl, master: Workload, pod: Manifest) -> State | None:
    """Returns the master's state, None while it does not answer. Raises KubectlError where that is not allowed."""
    path = master.state_path.format(namespace=kubectl.namespace, pod=pod["metadata"]["name"])
    try:
        return parse(json.loads(kubectl.run("get", "--raw", path)))
    except KubectlError as error:
        if "(Forbidden)" in str(error):
            raise
        return None
    except ValueError:
        return None


def installation_of(kubectl: Kubectl, master: Workload) -> Manifest | None:
    """Returns the settings' ConfigMap, whose uid stands for the installation; None where it is not there."""
    try:
        found: Manifest = json.loads(kubectl.run("get", "configmap", master.settings, "-o", "json"))
    except KubectlError as error:
        if "not found" in str(error):
            return None
        raise
    return found


def last_record(kubectl: Kubectl, definition: str, installation: str) -> Record | None:
    """Returns what is kept of an installation's last run; None where that was of another definition than now."""
    heads = kubectl.objects("configmaps", f"{HEADS},{INSTALLATION}={installation}")
    last = next(iter(read(heads)), None)
    of_definition = (head for head in heads if label_of(head, "definition") == definition[:32])
    return last if last in read(list(of_definition)) else None


def record_of(kubectl: Kubectl, run: str) -> Record | None:
    """Returns what is kept of a run."""
    return next((each for each in read(kubectl.objects("configmaps", HEADS)) if each.run.run == run), None)


def read(heads: list[dict[str, Any]]) -> list[Record]:
    """Returns the records among these ConfigMaps, the newest first."""
    found = []
    for head in heads:
        try:
            run = read_head(head)
        except RecordError:
            continue
        found.append(Record(run, _verdict(head, run) if run.ended else None))
    return sorted(found, key=lambda record: record.run.at, reverse=True)


def _verdict(head: Manifest, run: Run) -> Verdict:
    try:
        verdict: Verdict = json.loads(head["data"]["verdict.json"])
    except (KeyError, ValueError):
        return verdict_of(run.outcome, run.run, list(run.reasons))
    return verdict


def lost(record: Record, now: float) -> Verdict | None:
    """Returns INVALID for a snapshot that is too old for its writer to be there, see lib/sidecar_age.py."""
    reason = cut_short(record.run, now)
    return verdict_of(Outcome.INVALID, record.run.run, [reason]) if reason else None


def last_words(pod: Manifest) -> Verdict | None:
    """Returns the verdict that the termination message of one of the pod's containers tells."""
    for status in pod["status"].get("containerStatuses") or ():
        message = ((status.get("state") or {}).get("terminated") or {}).get("message", "")
        if found := VERDICT.search(message):
            return verdict_of(found[1], found[2], REASON.findall(message))
    return None


def verdict_of(outcome: str, run: str, reasons: list[str]) -> Verdict:
    """Returns a verdict of which no assertion is known."""
    exit_code = EXIT_CODES[Outcome(outcome)]
    return {"run": run, "outcome": str(outcome), "exitCode": exit_code, "reasons": reasons, "assertions": []}


def label_of(manifest: Manifest | None, name: str) -> str:
    """Returns one of our labels."""
    return str(((manifest or {}).get("metadata", {}).get("labels") or {}).get(f"{LABEL}{name}", ""))
