"""Scripts, modules, data and credentials reach the pods as they were given, credentials nothing else."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from tests.cluster.cluster import PATIENCE, Namespace

SCRIPT = (
    """\
from locust import HttpUser, constant, task
from lib import helpers
from pathlib import Path
import os

TEXT = ['{{ .Values.x }}', "a,b\\\\n{}[]", '''\tGrüße 世界 🐝''', r'\\d+\\\\']   \t

class Reader(HttpUser):
    wait_time = constant(1)

    @task
    def read(self):
        assert helpers.ANSWER == 42
        assert Path(os.environ["TEST_DATA_FILE"]).read_text() == "b,2"
        self.client.get("/", name=helpers.NAME)
"""
    + "# padding, \\ {} \" ' \t \r\n" * 12_000
)
HELPERS = "ANSWER = 42\nNAME = 'a,b {{ c }}'  \t\n"
DATA = {"a.csv": "a,1\r\n\t \\", "b.csv": "b,2"}
CANARY = "canary-7d1f"


@pytest.fixture(scope="module")
def pod(namespace: Namespace, target: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A waiting pod that was given all of it on helm's command line and by Secrets."""
    folder = tmp_path_factory.mktemp("given")
    arguments = []
    for key, content in {
        "locustfile.inline": SCRIPT,
        "libs.files.helpers\\.py": HELPERS,
        **{f"testData.files.{name.replace('.', chr(92) + '.')}": text for name, text in DATA.items()},
    }.items():
        file = folder / hashlib.md5(key.encode()).hexdigest()
        file.write_bytes(content.encode())
        arguments.append(f"--set-file={key}={file}")
    for name in ("more", "secret-data"):
        kind = ["configmap"] if name == "more" else ["secret", "generic"]
        namespace.kubectl("create", *kind, name, f"--from-literal={name}.txt={name}")
    namespace.kubectl(
        "create", "secret", "generic", "api", f"--from-literal=pass={CANARY}-api", "--from-literal=user=me"
    )
    values = {
        **PATIENCE,
        "mode": "deployment",
        "loadTest": {"host": target, "users": 2, "spawnRate": 2, "runTime": "5s", "autostart": True},
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
        "testData": {"existingConfigMap": "more", "existingSecret": "secret-data", "selectedFile": "b.csv"},
        "auth": {
            "existingSecret": "api",
            "existingSecretUsernameKey": "user",
            "existingSecretPasswordKey": "pass",
            "header": {"name": "X-API-Key", "value": f"{CANARY}-header"},
        },
    }
    namespace.install("content", values, *arguments)
    return namespace.ready("content")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/mnt/locust/smoke.py", SCRIPT),
        ("/mnt/locust/lib/helpers.py", HELPERS),
        ("/test_data/a.csv", DATA["a.csv"]),
        ("/test_data/b.csv", DATA["b.csv"]),
        ("/test_data/more.txt", "more"),
        ("/test_data/secret-data.txt", "secret-data"),
        ("/etc/swarmfile/auth/username", "me"),
        ("/etc/swarmfile/auth/password", f"{CANARY}-api"),
        ("/etc/swarmfile/auth/header-name", "X-API-Key"),
        ("/etc/swarmfile/auth/header-value", f"{CANARY}-header"),
    ],
    ids=lambda value: Path(value).name if value.startswith("/") else "",
)
def test_every_byte_is_in_the_pod(namespace: Namespace, pod: str, path: str, content: str) -> None:
    digest = namespace.kubectl("exec", pod, "--", "sha256sum", path).split()[0]
    assert digest == hashlib.sha256(content.encode()).hexdigest()


def test_the_script_finds_its_module_and_its_data(namespace: Namespace, pod: str) -> None:
    namespace.until(lambda: "swarmfile: verdict" in namespace.log("content"), "verdict in the log", 60)
    assert "swarmfile: verdict PASS" in namespace.log("content")


def test_no_token_of_the_cluster_is_where_the_script_runs(namespace: Namespace, pod: str) -> None:
    assert namespace.kubectl("exec", pod, "--", "ls", "/var/run/secrets/kubernetes.io/serviceaccount") == ""


def test_credentials_are_in_secrets_and_nowhere_else(namespace: Namespace, pod: str) -> None:
    namespace.until(lambda: "swarmfile: verdict" in namespace.log("content"), "verdict in the log", 60)
    kinds = "configmaps,pods,deployments,replicasets,services,events,serviceaccounts,jobs"
    seen = {
        "objects": namespace.kubectl("get", kinds, "-o", "json"),
        "log": namespace.log("content"),
        "results": namespace.kubectl("exec", pod, "--", "sh", "-c", "cd /results; zcat -f */*"),
        "processes": namespace.kubectl("exec", pod, "--", "sh", "-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ"),
        "state": namespace.python(
            pod, "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8089/swarmfile/state').read())"
        ),
    }
    hidden = base64.b64encode(CANARY.encode()).decode()[:8]
    assert [place for place, text in seen.items() if CANARY in text or hidden in text] == []
    assert json.loads(seen["objects"])["items"]


def test_a_missing_secret_is_named(namespace: Namespace, target: str) -> None:
    values = {"loadTest": {"host": target}, "auth": {"existingSecret": "nowhere"}}
    namespace.install("missing", values)

    def events() -> str:
        return namespace.kubectl("get", "events", "-o", "jsonpath={.items[*].message}")

    namespace.until(lambda: 'secret "nowhere" not found' in events(), "event that names the Secret")
