"""Tells the verdict as a Kubernetes Event, so that `kubectl get events` and whoever watches events sees it."""

import logging
import time

from swarmfile.sidecar.kube import ApiError, Cluster
from swarmfile.sidecar.record import RecordedRun, head_name
from swarmfile.verdict import Outcome

CONFLICT = 409
LONGEST_MESSAGE = 1000
logger = logging.getLogger("swarmfile")


def verdict_event(api: Cluster, run: RecordedRun) -> None:
    """Creates the Event, once for each verdict of a run; a refusal is one line in the log."""
    name, moment = head_name(run.run), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.at))
    message = f"{run.outcome} {run.run}" + (f": {'; '.join(run.reasons)}" if run.reasons else "")
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{name}.{run.outcome.lower()}"},
        "involvedObject": {"apiVersion": "v1", "kind": "ConfigMap", "name": name, "namespace": api.namespace},
        "reason": f"Run{run.outcome.capitalize()}",
        "message": message[:LONGEST_MESSAGE],
        "type": "Normal" if run.outcome == Outcome.PASS else "Warning",
        "source": {"component": "swarmfile"},
        "firstTimestamp": moment,
        "lastTimestamp": moment,
        "count": 1,
    }
    try:
        api.create("events", event)
    except ApiError as error:
        if error.status != CONFLICT:
            logger.warning("swarmfile: the verdict of %s is told by no Event: %s", run.run, error)
