"""The chart alone: packages that are installed at the start, volumes, and the image of image/."""

import base64
import io
import json
import os
import zipfile
from collections.abc import Iterator

import pytest

from tests.cluster.cluster import PATIENCE, Namespace, run, until

QUIET = {**PATIENCE, "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}
WHEEL = "seven-1.0-py3-none-any.whl"
SCRIPT = """
import seven
from locust import HttpUser, constant, task

class Buyer(HttpUser):
    wait_time = constant(1)

    @task
    def buy(self):
        self.client.get(f"/?{seven.SEVEN}")
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolume
metadata: {{name: {name}}}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {{storage: 1Gi}}
  storageClassName: {name}
  hostPath: {{path: /tmp/{name}, type: DirectoryOrCreate}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: {claim}}}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: {name}
  resources: {{requests: {{storage: 1Gi}}}}
"""
OPENER = """
apiVersion: v1
kind: Pod
metadata: {{name: opener}}
spec:
  restartPolicy: Never
  containers:
    - name: open
      image: locustio/locust:2.47.0
      command: [chmod, "777", /opened]
      securityContext: {{runAsUser: 0}}
      volumeMounts: [{{name: opened, mountPath: /opened}}]
  volumes: [{{name: opened, hostPath: {{path: /tmp/{name}, type: DirectoryOrCreate}}}}]
"""


def load(host: str) -> dict[str, object]:
    return {"host": host, "users": 3, "spawnRate": 3, "runTime": "5s"}


def wheel() -> bytes:
    """A package that no index has."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("seven.py", "SEVEN = 7\n")
        archive.writestr("seven-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: seven\nVersion: 1.0\n")
        archive.writestr("seven-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("seven-1.0.dist-info/RECORD", "")
    return held.getvalue()


def test_packages_are_installed_at_the_start_below_a_read_only_root(namespace: Namespace, target: str) -> None:
    held = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "wheels"}}
    content = {"binaryData": {WHEEL: base64.b64encode(wheel()).decode()}}
    namespace.kubectl("apply", "-f", "-", stdin=json.dumps(held | content))
    namespace.install(
        "packages",
        QUIET
        | {"loadTest": load(target), "locustfile": {"inline": SCRIPT}}
        | {"testData": {"existingConfigMap": "wheels"}, "pipPackages": [f"/test_data/{WHEEL}"]},
        "--set=workers.replicas=1,workers.resources.requests.cpu=50m,workers.resources.requests.memory=64Mi",
    )
    assert "swarmfile: verdict PASS" in namespace.ended("packages")


@pytest.fixture
def claim(namespace: Namespace) -> Iterator[str]:
    """A PersistentVolumeClaim on the node; a pod of root's makes its folder writable, as a real driver would."""
    name = f"{namespace.name}-results"
    run("kubectl", "create", "namespace", name)
    account = ("kubectl", "-n", name, "get", "serviceaccount", "default", "--ignore-not-found")
    until(lambda: run(*account), "account that a pod of one's own needs")
    run("kubectl", "-n", name, "apply", "-f", "-", stdin=OPENER.format(name=name))
    run("kubectl", "-n", name, "wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/opener", "--timeout=2m")
    namespace.kubectl("apply", "-f", "-", stdin=CLAIM.format(name=name, claim="kept"))
    yield "kept"
    run("kubectl", "delete", "namespace", name, "--wait=false")
    run("kubectl", "delete", "persistentvolume", name, "--wait=false")


def test_results_and_data_can_lie_on_a_volume(namespace: Namespace, target: str, claim: str) -> None:
    values = {"loadTest": load(target), "results": {"persistentVolumeClaim": claim}}
    namespace.install("volume", QUIET | values)
    assert "swarmfile: verdict PASS" in namespace.ended("volume")
    reading = {"mode": "deployment", "loadTest": load(target), "testData": {"existingClaim": claim}}
    namespace.install("reader", QUIET | reading)
    found = namespace.kubectl("exec", namespace.ready("reader"), "--", "sh", "-c", "cat /test_data/*/verdict.json")
    assert '"PASS"' in found


@pytest.mark.skipif("SWARMFILE_IMAGE" not in os.environ, reason="SWARMFILE_IMAGE is not set: build image/ and name it")
def test_the_image_of_ours_runs_a_test(namespace: Namespace, target: str) -> None:
    repository, _, tag = os.environ["SWARMFILE_IMAGE"].rpartition(":")
    image = {"repository": repository, "tag": tag, "pullPolicy": "IfNotPresent"}
    namespace.install("image", QUIET | {"loadTest": load(target), "image": image})
    assert "swarmfile: verdict PASS" in namespace.ended("image")
    values = {"mode": "deployment", "loadTest": load(target), "image": image}
    namespace.install("look", QUIET | values)
    pod = namespace.ready("look")
    assert namespace.python(pod, "import locust_plugins, prometheus_client, os; print(os.getuid())").strip() == "1000"
