"""Runs in a bucket: a real storage behind TLS in the cluster, to which only the sidecar has a key."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.cluster.cluster import PATIENCE, Namespace, fresh_namespace
from tests.cluster.environments import SHORT, SMALL, Environment
from tests.results_folder import RUN_FILES
from tests.s3_storage import BUCKET, KEY_ID, REGION, SECRET

pytestmark = pytest.mark.timeout(600)
QUIET: dict[str, Any] = {**PATIENCE, "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}
# No image has the program, and pods load nothing: the test copies it in.
SERVER = """
mkdir -p /srv/data/{bucket} /srv/notes
until [ -e /srv/complete ]; do sleep 0.2; done
exec /srv/versitygw --port=:9000 --region={region} --cert=/tls/tls.crt --key=/tls/tls.key \\
  posix --sidecar=/srv/notes /srv/data
"""
STORAGE = """
apiVersion: v1
kind: Pod
metadata: {{name: storage, labels: {{app: storage}}}}
spec:
  securityContext: {{runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, seccompProfile: {{type: RuntimeDefault}}}}
  containers:
    - name: versitygw
      image: locustio/locust:2.47.0
      command: [sh, -c, {script}]
      env:
        - name: ROOT_ACCESS_KEY_ID
          valueFrom: {{secretKeyRef: {{name: writer, key: AWS_ACCESS_KEY_ID}}}}
        - name: ROOT_SECRET_ACCESS_KEY
          valueFrom: {{secretKeyRef: {{name: writer, key: AWS_SECRET_ACCESS_KEY}}}}
      readinessProbe: {{tcpSocket: {{port: 9000}}, periodSeconds: 1}}
      securityContext: {{allowPrivilegeEscalation: false, capabilities: {{drop: [ALL]}}}}
      volumeMounts: [{{name: srv, mountPath: /srv}}, {{name: tls, mountPath: /tls}}]
  volumes: [{{name: srv, emptyDir: {{}}}}, {{name: tls, secret: {{secretName: storage, defaultMode: 0440}}}}]
---
apiVersion: v1
kind: Service
metadata: {{name: storage}}
spec: {{selector: {{app: storage}}, ports: [{{port: 9000}}]}}
"""


@dataclass(frozen=True)
class Storage:
    """One bucket, and what its users need to get there."""

    namespace: Namespace
    authority: Path

    @property
    def host(self) -> str:
        return f"storage.{self.namespace.name}"

    def allow(self, namespace: Namespace) -> None:
        """Gives a namespace the key and the authority, as a user would."""
        pair = (f"--from-literal=AWS_ACCESS_KEY_ID={KEY_ID}", f"--from-literal=AWS_SECRET_ACCESS_KEY={SECRET}")
        namespace.kubectl("create", "secret", "generic", "writer", *pair)
        namespace.kubectl("create", "secret", "generic", "authority", f"--from-file={self.authority}")

    def values(self, prefix: str, **values: object) -> dict[str, object]:
        """Returns what a user writes below results.s3."""
        way = {"bucket": BUCKET, "endpoint": f"https://{self.host}:9000", "region": REGION, "prefix": prefix}
        return {**way, "existingSecret": "writer", "ca": {"existingSecret": "authority"}, **values}

    def shell(self, line: str, check: bool = True) -> str:
        line = f"cd /srv/data/{BUCKET} && {line}"
        return self.namespace.kubectl("exec", "storage", "--", "sh", "-c", line, check=check)

    def objects(self, prefix: str) -> set[str]:
        """Returns the paths below a prefix, without it."""
        return {line.removeprefix("./") for line in self.shell(f"cd {prefix} && find . -type f").splitlines()}

    def verdict(self, prefix: str) -> dict[str, Any]:
        """Awaits a run whose last file is there. Returns its verdict."""
        look = f"cat {prefix}/*/verdict.json"
        found = self.namespace.until(lambda: self.shell(look, check=False), f"verdict below {prefix}")
        verdict: dict[str, Any] = json.loads(found)
        return verdict


@pytest.fixture(scope="module")
def storage(namespace: Namespace, versitygw: Path, tmp_path_factory: pytest.TempPathFactory) -> Storage:
    folder = tmp_path_factory.mktemp("storage")
    one = Storage(namespace, folder / "ca.crt")
    make_certificates(one, folder)
    one.allow(namespace)
    script = json.dumps(SERVER.format(bucket=BUCKET, region=REGION))
    namespace.kubectl("apply", "-f", "-", stdin=STORAGE.format(script=script))
    namespace.kubectl("wait", "--for=jsonpath={.status.phase}=Running", "pod/storage", "--timeout=2m")
    namespace.kubectl("cp", str(versitygw), "storage:/srv/versitygw")
    namespace.kubectl("exec", "storage", "--", "touch", "/srv/complete")
    namespace.kubectl("wait", "--for=condition=Ready", "pod/storage", "--timeout=2m")
    return one


def make_certificates(storage: Storage, folder: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(storage.authority)
    issued = authority.issue_cert(storage.host)
    issued.cert_chain_pems[0].write_to_path(folder / "tls.crt")
    issued.private_key_pem.write_to_path(folder / "tls.key")
    pair = (f"--cert={folder / 'tls.crt'}", f"--key={folder / 'tls.key'}")
    storage.namespace.kubectl("create", "secret", "tls", "storage", *pair)


def short(host: str, name: str, **values: object) -> dict[str, object]:
    """Values of a run of five seconds; its type is its name."""
    load = {"host": host, "users": 2, "spawnRate": 2, "runTime": "5s", "autostart": True}
    return {**QUIET, "type": name, "locustfile": "smoke.py", "loadTest": load, **values}


@pytest.mark.parametrize("mode", ["job", "deployment"])
def test_all_files_of_a_run_are_in_the_bucket_when_its_release_is_gone(
    namespace: Namespace, target: str, storage: Storage, mode: str
) -> None:
    prefix = f"team/{mode}"
    namespace.install(mode, short(target, mode, mode=mode, results={"s3": storage.values(prefix)}))
    verdict = storage.verdict(prefix)
    said = namespace.kubectl("get", "configmaps,pods,events", "-o", "yaml")
    said += namespace.kubectl("logs", "-l", f"app.kubernetes.io/instance={mode}", "--all-containers", "--tail=-1")
    namespace.helm("uninstall", mode, "--wait")
    assert storage.objects(prefix) == {f"{verdict['run']}/{name}" for name in RUN_FILES}
    assert verdict["type"] == mode
    assert SECRET not in said


def test_a_key_that_may_not_write_costs_neither_verdict_nor_record(
    namespace: Namespace, target: str, storage: Storage
) -> None:
    pair = (f"--from-literal=AWS_ACCESS_KEY_ID={KEY_ID}", "--from-literal=AWS_SECRET_ACCESS_KEY=wrong")
    namespace.kubectl("create", "secret", "generic", "stranger", *pair)
    refused = {"s3": storage.values("refused", existingSecret="stranger")}
    namespace.install("refused", short(target, "refused", results=refused))
    assert "swarmfile: verdict PASS" in namespace.ended("refused")
    labels = "app.kubernetes.io/instance=refused,app.kubernetes.io/component=master"
    log = namespace.kubectl("logs", "-l", labels, "-c", "exporter", "--tail=-1")
    assert log.count("swarmfile: results are not in the bucket: results.s3.existingSecret: the key in it may not") == 1
    assert namespace.get("configmaps", "swarmfile.io/type=refused,!swarmfile.io/part")


def test_an_environment_s_run_gets_there_from_upstream_s_master(
    upstream_chart: str, target: str, storage: Storage, helmfile: Path
) -> None:
    with fresh_namespace(storage.namespace.helm_path) as own:
        storage.allow(own)
        way = storage.values("smoke") | {"ca.existingSecret": "authority"}
        sets = {f"results.s3.{key}": str(value) for key, value in way.items() if key != "ca"}
        smoke = Environment("smoke", own, helmfile, f"{target}.{storage.namespace.name}", SMALL | SHORT | sets)
        smoke.apply()
        run = smoke.verdict()["run"]
        assert storage.verdict("smoke")["run"] == run
        smoke.destroy()
    assert storage.objects("smoke") == {f"{run}/{name}" for name in RUN_FILES}
