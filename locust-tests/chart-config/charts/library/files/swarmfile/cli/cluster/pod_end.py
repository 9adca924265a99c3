"""How the pod of a Job ended, with the last line of its log."""

from collections.abc import Sequence
from typing import Any

from swarmfile.cli.cluster.api import Api
from swarmfile.cli.cluster.kubectl import KubectlError, last_line
from swarmfile.cli.cluster.pod_trouble import short
from swarmfile.cli.cluster.workload import Manifest, Workload

NO_LOG = "unable to retrieve container logs"


def is_over(master: Workload, pods: Sequence[Manifest]) -> bool:
    """Whether a Job ended, or will: its only pod has lost the container that runs the test, others still end."""
    return bool(master.ended) or (master.never_retries and any(map(_deaths, pods[:1])))


def end_of(api: Api, master: Workload, pods: Sequence[Manifest]) -> str:
    """Returns how a Job's last container ended; where its pod is gone, in the words of the Job."""
    for pod in pods[:1]:
        for name, ended in _deaths(pod):
            line = last_line_of(api, pod["metadata"]["name"], name)
            return f"container {name}: {ended.get('reason', 'Error')}, exit code {ended['exitCode']}{line}"
        if pod["status"].get("reason"):
            return f"{pod['status']['reason']}: {short(pod['status'].get('message', ''))}"
    return short(master.ended)


def last_line_of(api: Api, pod: str, container: str) -> str:
    """Returns the last line of a container that ended, or of the one before it, as the end of a sentence."""
    for previous in (True, False):
        try:
            said = api.log(pod, container, 20, previous)
        except KubectlError:
            continue
        # The log of a container that is gone is told like a log.
        if said.strip() and NO_LOG not in said:
            return f"; its last line: {short(last_line(said))}"
    return ""


def _deaths(pod: Manifest) -> list[tuple[str, dict[str, Any]]]:
    """Returns the containers that ended with an error, each with what is known of its end."""
    statuses = pod["status"].get("containerStatuses") or ()
    ended = [(str(each["name"]), (each.get("state") or {}).get("terminated") or {}) for each in statuses]
    return [(name, state) for name, state in ended if state.get("exitCode")]
