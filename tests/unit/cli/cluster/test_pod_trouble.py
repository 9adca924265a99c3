"""What kubelet, scheduler and admission say becomes one sentence with what to do; their words are Kubernetes 1.34's."""

from typing import Any

import pytest

from swarmfile.cli.cluster.pod_trouble import of_pod, troubles
from swarmfile.cli.cluster.workload import Workload

TITLE = "Job smoke-1"
PULL = (
    'Back-off pulling image "shop/none:1": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack '
    'image "docker.io/shop/none:1": failed to resolve reference "docker.io/shop/none:1": docker.io/shop/none:1: '
    "not found"
)
SCHEDULER = (
    "0/3 nodes are available: 1 node(s) had untolerated taint {gpu: }, 2 Insufficient cpu. no new claims to "
    "deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
)


def pod(**status: object) -> dict[str, Any]:
    return {"metadata": {"name": "smoke-1-x", "uid": "pod"}, "status": {"phase": "Pending", **status}}


def waiting(reason: str, message: str = "", kind: str = "containerStatuses", **more: object) -> dict[str, Any]:
    state = {"waiting": {"reason": reason, "message": message}}
    return pod(**{kind: [{"name": "locust", "image": "shop/none:1", "state": state, **more}]})


def unschedulable(message: str) -> dict[str, Any]:
    return pod(conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}])


def crashed(**terminated: object) -> dict[str, Any]:
    return waiting("CrashLoopBackOff", "back-off 40s", lastState={"terminated": terminated}, restartCount=3)


CREATE = "create it, or correct its name in the test's values"
IMAGE = "correct image.repository and image.tag in the test's values, or give imagePullSecrets"
OF_PODS = [
    (
        waiting("ImagePullBackOff", PULL),
        "image shop/none:1 of pod smoke-1-x cannot be pulled (ImagePullBackOff: docker.io/shop/none:1: not found); "
        f"{IMAGE}",
    ),
    (
        waiting("ErrImageNeverPull", 'Container image "shop/none:1" is not present with pull policy of Never'),
        "image shop/none:1 of pod smoke-1-x cannot be pulled (ErrImageNeverPull: Container image "
        f'"shop/none:1" is not present with pull policy of Never); {IMAGE}',
    ),
    (
        waiting("InvalidImageName", kind="initContainerStatuses"),
        f"image shop/none:1 of pod smoke-1-x cannot be pulled (InvalidImageName); {IMAGE}",
    ),
    (
        waiting("CreateContainerConfigError", 'secret "proxy" not found'),
        f"pod smoke-1-x does not start: it needs Secret proxy, not found in the namespace; {CREATE}",
    ),
    (
        waiting("CreateContainerConfigError", "couldn't find key user in Secret testing/shop"),
        "pod smoke-1-x does not start: it needs the key user that its Secret shop lacks; add it there, or correct its "
        "name in the test's values",
    ),
    (
        waiting("CreateContainerError", "context deadline exceeded"),
        "container locust of pod smoke-1-x cannot be made: context deadline exceeded; see kubectl "
        "describe pod smoke-1-x",
    ),
    (
        unschedulable(SCHEDULER),
        "pod smoke-1-x cannot be scheduled: 0/3 nodes are available: 1 node(s) had untolerated taint {gpu: }, 2 "
        "Insufficient cpu; lower the requests in the test's values (resources), or add a node that has as much",
    ),
    (
        unschedulable("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."),
        "pod smoke-1-x cannot be scheduled: 0/1 nodes are available: 1 node(s) didn't match Pod's node "
        "affinity/selector; correct its volumes, nodeSelector, tolerations or affinity, or add a node that fits",
    ),
    (
        unschedulable('0/1 nodes are available: persistentvolumeclaim "results" not found.'),
        "pod smoke-1-x cannot be scheduled: it needs PersistentVolumeClaim results, not found in the namespace; "
        f"{CREATE}",
    ),
    (
        crashed(exitCode=2, reason="Error"),
        "container locust of pod smoke-1-x ends again and again (exit code 2)",
    ),
    (
        crashed(exitCode=137, reason="OOMKilled"),
        "container locust of pod smoke-1-x ends again and again (OOMKilled, exit code 137); raise its memory limit "
        "(resources)",
    ),
]


@pytest.mark.parametrize(("manifest", "sentence"), OF_PODS)
def test_a_pod_that_does_not_start_has_one_sentence(manifest: dict[str, Any], sentence: str) -> None:
    found = of_pod(TITLE, manifest, [])
    assert found
    assert found.sentence == sentence


MOUNTS = [
    ('MountVolume.SetUp failed for volume "credentials" : secret "nope" not found', "Secret nope, not found in"),
    (
        'MountVolume.SetUp failed for volume "test-data" : [configmap "a" not found, secret "b" not found]',
        "ConfigMap a and Secret b, not found in",
    ),
    (
        'MountVolume.SetUp failed for volume "credentials" : references non-existent secret key: username',
        "the key username that its Secret lacks",
    ),
    ('MountVolume.SetUp failed for volume "x" : configmap references non-existent config key: a.csv', "its ConfigMap"),
]


@pytest.mark.parametrize(("message", "part"), MOUNTS)
def test_a_volume_that_cannot_be_mounted_names_what_is_missing(message: str, part: str) -> None:
    found = of_pod(TITLE, waiting("PodInitializing"), ["Startup probe failed", message])
    assert found
    assert part in found.sentence


QUIET = [
    waiting("PodInitializing"),
    waiting("ContainerCreating"),
    pod(phase="Running", containerStatuses=[{"name": "locust", "state": {"running": {}}}]),
    pod(),
]


@pytest.mark.parametrize("manifest", QUIET)
def test_a_pod_that_takes_its_time_is_no_trouble(manifest: dict[str, Any]) -> None:
    assert of_pod(TITLE, manifest, ["Startup probe failed: connection refused"]) is None


def test_what_was_missing_at_first_is_no_trouble_once_the_pod_started() -> None:
    running = pod(
        containerStatuses=[{"name": "locust", "state": {"waiting": {"reason": "PodInitializing"}}}],
        initContainerStatuses=[{"name": "exporter", "state": {"running": {}}}],
    )
    assert of_pod(TITLE, running, [MOUNTS[0][0]]) is None


def workload(kind: str = "Job", **status: object) -> Workload:
    return Workload({"kind": kind, "metadata": {"name": "smoke-1", "uid": "own"}, "status": status})


def failed_create(message: str, uid: str = "own", at: str = "2026-11-22T10:00:00Z") -> dict[str, Any]:
    event = {"reason": "FailedCreate", "message": message, "lastTimestamp": at, "metadata": {}}
    return event | {"involvedObject": {"uid": uid}}


REFUSED = [
    (
        'Error creating: pods "a" is forbidden: exceeded quota: tight, requested: pods=1, used: pods=2, limited: '
        "pods=2",
        "quota tight is exceeded, requested: pods=1, used: pods=2, limited: pods=2; raise the ResourceQuota",
        True,
    ),
    (
        'Error creating: pods "a" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != '
        'false (container "locust" must set securityContext.allowPrivilegeEscalation=false)',
        'the Pod Security Standard "restricted" refuses it: allowPrivilegeEscalation != false (container "locust" must',
        False,
    ),
    (
        'Error creating: pods "a" is forbidden: error looking up service account testing/own: serviceaccount "own" not '
        "found",
        "it needs ServiceAccount own, not found in the namespace",
        False,
    ),
    (
        'Error creating: pods "a" is forbidden: failed quota: tight: must specify limits.cpu for: locust',
        "the cluster refuses it: Error creating: pods",
        False,
    ),
]


@pytest.mark.parametrize(("message", "part", "heals"), REFUSED)
def test_a_pod_that_is_refused_says_by_what(message: str, part: str, heals: bool) -> None:
    (found,) = troubles(workload(), [], [failed_create("of another", uid="other"), failed_create(message)])
    assert found.sentence.startswith("no pod of Job smoke-1 is created: ")
    assert part in found.sentence
    assert found.heals is heals


def test_a_deployment_says_itself_why_it_has_no_pod() -> None:
    condition = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": REFUSED[0][0]}
    (found,) = troubles(workload("Deployment", conditions=[condition]), [], [])
    assert found.kind == "quota"


def test_the_newest_refusal_counts() -> None:
    events = [failed_create(REFUSED[1][0], at="2026-11-22T10:00:09Z"), failed_create(REFUSED[0][0])]
    (found,) = troubles(workload(), [], events)
    assert found.kind == "security"


def test_a_job_that_is_over_creates_no_pod_and_that_is_no_trouble() -> None:
    ended = workload(conditions=[{"type": "Complete", "status": "True"}])
    assert list(troubles(ended, [], [failed_create(REFUSED[0][0])])) == []


def test_a_long_message_is_cut() -> None:
    found = of_pod(TITLE, waiting("CreateContainerError", "x" * 5000), [])
    assert found
    assert len(found.sentence) < 500
