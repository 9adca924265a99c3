"""The chart alone: certificates, a token, a header and a proxy, all from Secrets and values, none in the script."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.cluster.cluster import DEMO_TARGET, PATIENCE, Namespace

VAULT = "vault"
TOKEN, KEY = "canary-token", "canary-key"
# Users of every kind, one of each, and none knows of secrets or proxies.
KINDS = ("HttpUser", "FastHttpUser", "SwarmHttpUser")
HEAD = """
from swarmfile.http.user import SwarmHttpUser
from locust import FastHttpUser, HttpUser, constant, task
"""
GUEST = f"""
class Guest(KIND):
    wait_time = constant(0.2)

    @task
    def look(self):
        with self.client.get("/echo", name="KIND", catch_response=True) as response:
            if response.status_code == 200 and response.json()["headers"].get("x-api-key") != "{KEY}":
                response.failure("the header did not arrive")
"""
VISITOR = """
class Visitor(KIND):
    wait_time = constant(0.2)

    @task
    def look(self):
        self.client.get("/", name="KIND")
"""


def of_every_kind(user: str) -> dict[str, str]:
    """Returns the locustfile with this user in every kind."""
    named = [user.replace("(KIND)", f"{kind}({kind})").replace("KIND", kind) for kind in KINDS]
    return {"inline": HEAD + "".join(named)}


LOAD: dict[str, Any] = {
    **PATIENCE,
    "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
    "locustfile": of_every_kind(GUEST),
    "loadTest": {"host": f"https://{VAULT}:80", "users": 3, "spawnRate": 3, "runTime": "5s"},
}
AUTH: dict[str, Any] = {
    "bearer": {"existingSecret": "token", "existingSecretKey": "value"},
    "header": {"name": "X-Api-Key", "existingSecret": "key", "existingSecretKey": "content"},
}
CERTIFICATE: dict[str, Any] = {"clientCertificate": {"existingSecret": "me"}}
AUTHORITY: dict[str, Any] = {"ca": {"existingSecret": "authority", "existingSecretKey": "root.pem"}}


@pytest.fixture(scope="module")
def vault(namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A target that shows a certificate of an authority of its own, and wants one of its clients, and a token."""
    make_certificates(namespace, tmp_path_factory.mktemp("certificates"))
    namespace.kubectl("create", "secret", "generic", "token", f"--from-literal=value={TOKEN}")
    namespace.kubectl("create", "secret", "generic", "key", f"--from-literal=content={KEY}")
    namespace.helm("install", VAULT, str(DEMO_TARGET))
    namespace.kubectl("patch", "deployment", VAULT, "--type=json", f"--patch={json.dumps(list(lock()))}")
    namespace.kubectl("rollout", "status", f"deployment/{VAULT}", "--timeout=3m")


def make_certificates(namespace: Namespace, folder: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "root.pem")
    for name in (VAULT, "me"):
        issued = authority.issue_cert(name)
        issued.cert_chain_pems[0].write_to_path(folder / f"{name}.crt")
        issued.private_key_pem.write_to_path(folder / f"{name}.key")
        pair = [f"--cert={folder / name}.crt", f"--key={folder / name}.key"]
        namespace.kubectl("create", "secret", "tls", name, *pair)
    namespace.kubectl("create", "secret", "generic", "authority", f"--from-file={folder / 'root.pem'}")


def lock() -> Iterator[dict[str, Any]]:
    """Yields what turns the open demo target into one behind TLS and a token."""
    pod, demo = "/spec/template/spec", "/spec/template/spec/containers/0"
    sources = [{"secret": {"name": VAULT}}, {"secret": {"name": "authority"}}]
    flags = {"cert": "tls.crt", "key": "tls.key", "client-ca": "root.pem"}
    token = {"name": "DEMO_BEARER_TOKEN", "valueFrom": {"secretKeyRef": {"name": "token", "key": "value"}}}
    yield added(f"{pod}/volumes/-", {"name": "tls", "projected": {"sources": sources}})
    yield added(f"{demo}/volumeMounts/-", {"name": "tls", "mountPath": "/tls"})
    yield added(f"{demo}/env/-", token)
    yield added(f"{demo}/readinessProbe", {"tcpSocket": {"port": "http"}})
    for flag, file in flags.items():
        yield added(f"{demo}/command/-", f"--{flag}=/tls/{file}")


def added(path: str, value: object) -> dict[str, Any]:
    return {"op": "add", "path": path, "value": value}


@pytest.mark.parametrize("trust", [AUTHORITY, {"insecure": True}], ids=["authority", "insecure"])
def test_certificates_token_and_header_from_secrets_open_the_target(
    namespace: Namespace, vault: None, trust: dict[str, Any]
) -> None:
    release = "trusting" if "ca" in trust else "careless"
    namespace.install(release, LOAD | {"auth": AUTH, "tls": CERTIFICATE | trust})
    log = namespace.ended(release)
    assert "swarmfile: verdict PASS" in log
    assert all(re.search(rf"^GET +{kind} +[1-9]", log, re.MULTILINE) for kind in KINDS), log
    assert TOKEN not in log
    assert KEY not in log


@pytest.mark.parametrize(("release", "tls"), [("distrusting", CERTIFICATE), ("nameless", AUTHORITY)])
def test_without_its_part_of_the_trust_no_request_succeeds(
    namespace: Namespace, vault: None, release: str, tls: dict[str, Any]
) -> None:
    namespace.install(release, LOAD | {"auth": AUTH, "tls": tls})
    log = namespace.ended(release)
    assert "swarmfile: verdict FAIL" in log
    assert "error rate was 100%" in log


def test_requests_go_through_the_proxy_that_the_values_name(namespace: Namespace) -> None:
    namespace.helm("install", "proxy", str(DEMO_TARGET), "--wait", "--timeout=3m")
    host = LOAD["loadTest"] | {"host": "http://unreachable.invalid"}
    visits = {"locustfile": of_every_kind(VISITOR), "loadTest": host}
    namespace.install("proxied", LOAD | visits | {"proxy": {"http": "http://proxy"}})
    log = namespace.ended("proxied")
    assert "swarmfile: verdict PASS" in log
    assert all(re.search(rf"^GET +{kind} +[1-9]", log, re.MULTILINE) for kind in KINDS), log
