"""Asks those who know how a run on a cluster goes: its master, its records, its container's last words."""

import re
from dataclasses import dataclass, replace
from typing import Any

from swarmfile.cli.cluster.api import Api
from swarmfile.cli.cluster.kubectl import FORBIDDEN, NOT_FOUND, Kubectl, KubectlError
from swarmfile.cli.cluster.records import HEADS
from swarmfile.cli.cluster.workload import Manifest, Workload
from swarmfile.cli.verdict_file import Verdict, checked_verdict
from swarmfile.results.names import VERDICT
from swarmfile.run.state import MOST_ANSWER_BYTES, RunState, State, parse
from swarmfile.sidecar.age import cut_short
from swarmfile.sidecar.record import LABEL, RecordedRun, RecordError, read_head
from swarmfile.sidecar.records import INSTALLATION
from swarmfile.untrusted.json_fields import loads
from swarmfile.untrusted.run_name import is_run_name
from swarmfile.untrusted.text import plain
from swarmfile.verdict import EXIT_CODES, Outcome

# The API server itself tries for 30 s to reach a pod that is gone.
MASTER_TIMEOUT_S = 10
VERDICT_LINE = re.compile(r"swarmfile: verdict (PASS|FAIL|INVALID) (\S+)")
REASON = re.compile(r"swarmfile: reason: (.+)")
WARNING = re.compile(r"swarmfile: warning: (.+)")


@dataclass(frozen=True)
class Record:
    """What a ConfigMap keeps of a run; `verdict` is None for a snapshot."""

    run: RecordedRun
    verdict: Verdict | None

    @property
    def state(self) -> State:
        """The snapshot as the master's route would have told it."""
        run = self.run
        numbers = {"requests": run.requests, "failures": run.failures, "p95_ms": run.p95_ms, "rps": run.rate or 0.0}
        return parse({"run": run.run, "type": run.type, "state": RunState.RUNNING, **numbers})


def asked(api: Api, master: Workload, pod: Manifest) -> State | None:
    """Returns the master's state, None while it does not answer. Raises KubectlError where that is not allowed."""
    path = master.state_path.format(namespace=api.namespace, pod=pod["metadata"]["name"])
    try:
        state = parse(loads(api.get(path, MASTER_TIMEOUT_S, MOST_ANSWER_BYTES)))
        return replace(state, verdict=checked_verdict(state.verdict)) if state.verdict else state
    except KubectlError as error:
        if error.reason == FORBIDDEN:
            raise
        return None
    except ValueError:
        return None


def installation_of(api: Api, master: Workload) -> Manifest | None:
    """Returns the settings' ConfigMap, whose uid stands for the installation; None where it is not there."""
    try:
        return api.object("configmaps", master.settings)
    except KubectlError as error:
        if error.reason == NOT_FOUND:
            return None
        raise


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


def _verdict(head: Manifest, run: RecordedRun) -> Verdict:
    try:
        verdict = checked_verdict(loads(head["data"][VERDICT]))
    except (KeyError, ValueError):
        return verdict_of(run.outcome, run.run, list(run.reasons))
    return verdict if verdict["run"] == run.run else verdict_of(run.outcome, run.run, list(run.reasons))


def lost(record: Record, now: float) -> Verdict | None:
    """Returns INVALID for a snapshot that is too old for its writer to be there, see swarmfile/sidecar/age.py."""
    reason = cut_short(record.run, now)
    return verdict_of(Outcome.INVALID, record.run.run, [reason]) if reason else None


def last_words(pod: Manifest) -> Verdict | None:
    """Returns the verdict that the termination message of one of the pod's containers tells."""
    for status in pod["status"].get("containerStatuses") or ():
        message = ((status.get("state") or {}).get("terminated") or {}).get("message", "")
        if (found := VERDICT_LINE.search(message)) and is_run_name(found[2]):
            warnings = {"warnings": list(map(plain, WARNING.findall(message)))}
            return verdict_of(found[1], found[2], list(map(plain, REASON.findall(message)))) | warnings
    return None


def verdict_of(outcome: str, run: str, reasons: list[str]) -> Verdict:
    """Returns a verdict of which no assertion is known."""
    exit_code = EXIT_CODES[Outcome(outcome)]
    return {"run": run, "outcome": str(outcome), "exitCode": exit_code, "reasons": reasons, "assertions": []}


def label_of(manifest: Manifest | None, name: str) -> str:
    """Returns one of our labels."""
    return str(((manifest or {}).get("metadata", {}).get("labels") or {}).get(f"{LABEL}{name}", ""))
