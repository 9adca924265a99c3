"""Says in one sentence each why the pods of a test do not start, and what to do about it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from swarmfile.cli.cluster.workload import Manifest, Workload
from swarmfile.untrusted.text import plain

PULLING = {
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "ImageInspectError",
    "RegistryUnavailable",
}
UNCREATED = {"CreateContainerConfigError", "CreateContainerError", "RunContainerError"}
# Quoted as in kubelet's messages: secret "shop" not found.
MISSING = re.compile(
    r'\b(secret|configmap|serviceaccount|persistentvolumeclaim) "?([^\s"/]+/)?([^\s"]+?)"? not found', re.I
)
MISSING_KEY = re.compile(
    r"couldn't find key (\S+) in (Secret|ConfigMap) (?:\S+/)?(\S+)|non-existent (secret|config) key: (\S+)"
)
KINDS = {
    "secret": "Secret",
    "configmap": "ConfigMap",
    "serviceaccount": "ServiceAccount",
    "persistentvolumeclaim": "PersistentVolumeClaim",
}
# What the scheduler says after its reason is about pods that it might have evicted.
AFTERTHOUGHT = re.compile(r"[.,]?\s+(no new claims to deallocate|preemption:).*", re.DOTALL)
QUOTA = re.compile(r"exceeded quota: (\S+), (requested: .*)", re.DOTALL)
POD_SECURITY = re.compile(r'violates PodSecurity "([^":]+)[^"]*": (.*)', re.DOTALL)
WRAPPING = re.compile(r'desc = |failed to (?:pull and unpack image|resolve reference) "[^"]*": ')
LONGEST = 300


@dataclass(frozen=True)
class Trouble:
    """Why a pod is not there or does not start.

    about, kind  tell two troubles apart, whatever numbers their sentences hold: the workload's title and what it is
    sentence     what is wrong and what to do
    heals        whether a cluster may end it by itself: by nodes that an autoscaler adds, by quota that is given back
    pod, container  whose last words say more; empty where nothing ran
    """

    about: str
    kind: str
    sentence: str
    heals: bool = False
    pod: str = ""
    container: str = ""


def troubles(workload: Workload, pods: Sequence[Manifest], events: Sequence[Manifest]) -> Iterator[Trouble]:
    """Yields what keeps a workload's pods from running; `pods` are its own, the newest first."""
    if not pods and not workload.ended and (refused := refusal(workload, events)):
        yield refused
    for pod in pods:
        messages = [
            event["message"] for event in events if event["involvedObject"].get("uid") == pod["metadata"]["uid"]
        ]
        if found := of_pod(workload.title, pod, messages):
            yield found


def refusal(workload: Workload, events: Iterable[Manifest]) -> Trouble | None:
    """Returns why no pod is created: a Deployment's condition says so, of a Job only its events."""
    conditions = workload.manifest.get("status", {}).get("conditions") or ()
    said = [each["message"] for each in conditions if each["type"] == "ReplicaFailure" and each["status"] == "True"]
    said += [
        event["message"]
        for event in sorted(events, key=_moment, reverse=True)
        if event["involvedObject"].get("uid") == workload.uid and event["reason"] == "FailedCreate"
    ]
    return _refused(workload.title, said[0]) if said else None


def _refused(about: str, message: str) -> Trouble:
    """Sorts what an admission of the API server said."""
    start = f"no pod of {about} is created: "
    if found := QUOTA.search(message):
        end = "raise the ResourceQuota, free some of it, or lower the requests of the test"
        return Trouble(about, "quota", f"{start}quota {found[1]} is exceeded, {short(found[2])}; {end}", heals=True)
    if found := POD_SECURITY.search(message):
        end = "change securityContext in the test's values, or the namespace's label pod-security.kubernetes.io/enforce"
        return Trouble(
            about, "security", f'{start}the Pod Security Standard "{found[1]}" refuses it: {short(found[2])}; {end}'
        )
    if lacking := missing(message):
        return Trouble(about, "missing", f"{start}it needs {lacking}")
    end = "change what it refuses in the test's values, or ask whoever runs the cluster"
    return Trouble(about, "refused", f"{start}the cluster refuses it: {short(message)}; {end}")


def of_pod(about: str, pod: Manifest, messages: Sequence[str]) -> Trouble | None:
    """Returns why a pod does not run; None where nothing is wrong. `messages`: of its events, oldest first."""
    name, status = pod["metadata"]["name"], pod["status"]
    for condition in status.get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition.get("reason") == "Unschedulable":
            return _unschedulable(about, name, condition.get("message", ""))
    statuses = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    for each in statuses:
        if found := _of_container(about, name, each):
            return found
    begun = any(not (each.get("state") or {}).get("waiting") for each in statuses)
    if status.get("phase") == "Pending" and not begun:
        return next((found for message in reversed(messages) if (found := _unmounted(about, name, message))), None)
    return None


def _unschedulable(about: str, name: str, message: str) -> Trouble:
    if lacking := missing(message):
        return Trouble(about, "missing", f"pod {name} cannot be scheduled: it needs {lacking}")
    if "Insufficient" in message:
        end = "lower the requests in the test's values (resources), or add a node that has as much"
    else:
        end = "correct its volumes, nodeSelector, tolerations or affinity, or add a node that fits"
    reason = short(AFTERTHOUGHT.sub("", message)) or "the scheduler gives no reason"
    return Trouble(about, "unschedulable", f"pod {name} cannot be scheduled: {reason}; {end}", heals=True)


def _of_container(about: str, pod: str, status: Manifest) -> Trouble | None:
    container = str(status["name"])
    waiting = (status.get("state") or {}).get("waiting") or {}
    reason, message = waiting.get("reason", ""), waiting.get("message", "")
    if reason in PULLING:
        end = "correct image.repository and image.tag in the test's values, or give imagePullSecrets"
        why = f"{reason}: {short(_innermost(message))}" if message else reason
        return Trouble(about, "image", f"image {status['image']} of pod {pod} cannot be pulled ({why}); {end}")
    if reason in UNCREATED:
        lacking = missing(message)
        return Trouble(
            about,
            "missing" if lacking else "uncreated",
            f"pod {pod} does not start: it needs {lacking}"
            if lacking
            else f"container {container} of pod {pod} cannot be made: {short(message)}; see kubectl describe pod {pod}",
        )
    if reason == "CrashLoopBackOff":
        return _crashing(about, pod, container, status)
    return None


def _crashing(about: str, pod: str, container: str, status: Manifest) -> Trouble:
    last = (status.get("lastState") or {}).get("terminated") or {}
    cause = f"exit code {last.get('exitCode', 'unknown')}"
    if last.get("reason") not in (None, "", "Error", "Completed"):
        cause = f"{last['reason']}, {cause}"
    end = "; raise its memory limit (resources)" if last.get("reason") == "OOMKilled" else ""
    sentence = f"container {container} of pod {pod} ends again and again ({cause}){end}"
    return Trouble(about, "crash", sentence, pod=pod, container=container)


def out_of_memory(pods: Iterable[Manifest]) -> Iterator[str]:
    """Yields a sentence for each container that was killed for its memory, be it the last time or the time before."""
    for pod in pods:
        own = pod["status"]
        for status in [*(own.get("initContainerStatuses") or ()), *(own.get("containerStatuses") or ())]:
            for state in (status.get("state"), status.get("lastState")):
                ended = (state or {}).get("terminated") or {}
                if ended.get("reason") == "OOMKilled":
                    whose = f"container {status['name']} of pod {pod['metadata']['name']}"
                    when = f" at {ended['finishedAt']}" if ended.get("finishedAt") else ""
                    yield f"{whose} ran out of memory (OOMKilled{when}); raise its memory limit (resources)"


def _unmounted(about: str, name: str, message: str) -> Trouble | None:
    lacking = missing(message)
    return Trouble(about, "missing", f"pod {name} does not start: it needs {lacking}") if lacking else None


def missing(message: str) -> str:
    """Returns what a message says is not there, with what to do; empty where it says no such thing."""
    absent = dict.fromkeys(f"{KINDS[kind.lower()]} {name}" for kind, _, name in MISSING.findall(message))
    if absent:
        return (
            f"{' and '.join(absent)}, not found in the namespace; create it, or correct its name in the test's values"
        )
    if found := MISSING_KEY.search(message):
        whose = f"{found[2]} {found[3]}" if found[2] else "Secret" if found[4] == "secret" else "ConfigMap"
        key = found[1] or found[5]
        return f"the key {key} that its {whose} lacks; add it there, or correct its name in the test's values"
    return ""


def short(message: str) -> str:
    """Returns a message as one line that fits a sentence."""
    line = plain(" ".join(message.split()).rstrip("."))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _innermost(message: str) -> str:
    """Returns the cause within what a container runtime wraps around it."""
    return WRAPPING.split(message)[-1]


def _moment(event: Manifest) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or event["metadata"].get("creationTimestamp") or "")
