"""docs/security.md: the policy that limits sidecars to the records of runs does so, and no more."""

import re
from collections.abc import Iterator

import pytest

from tests.cluster.cluster import ROOT, Namespace, run

DOCUMENT = ROOT / "docs" / "security.md"
ACCOUNT = "locust-master"


@pytest.fixture(scope="module")
def limited(namespace: Namespace) -> Iterator[Namespace]:
    """A namespace with the documented policy, and an account with the sidecar's rights in it."""
    (policy,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    own = policy.replace("testing", namespace.name).replace("swarmfile-records-only", namespace.name)
    namespace.kubectl("create", "serviceaccount", ACCOUNT)
    namespace.kubectl("create", "role", "r", "--verb=get,list,create,patch,delete", "--resource=configmaps")
    namespace.kubectl("create", "rolebinding", "r", "--role=r", f"--serviceaccount={namespace.name}:{ACCOUNT}")
    namespace.kubectl("create", "configmap", "custom-locust-scripts", "--from-literal=a=b")
    run("kubectl", "apply", "-f", "-", stdin=own)
    yield namespace
    run("kubectl", "delete", "-f", "-", stdin=own)


def as_sidecar(namespace: Namespace, *arguments: str) -> str:
    return namespace.kubectl(f"--as=system:serviceaccount:{namespace.name}:{ACCOUNT}", *arguments)


def refused(namespace: Namespace, *arguments: str) -> bool:
    try:
        as_sidecar(namespace, *arguments, "--dry-run=server")
    except AssertionError as error:
        return "a sidecar may write records of runs only" in str(error)
    return False


def test_a_sidecar_writes_records_and_nothing_else(limited: Namespace) -> None:
    change = ("-p", '{"data": {"a": "c"}}')
    # A policy takes some seconds to be known.
    limited.until(lambda: refused(limited, "create", "configmap", "mine"), "policy that is in force")
    assert refused(limited, "patch", "configmap", "custom-locust-scripts", *change)
    assert refused(limited, "delete", "configmap", "custom-locust-scripts")
    as_sidecar(limited, "create", "configmap", "swarmfile-run-smoke-1", "--from-literal=a=b")
    as_sidecar(limited, "patch", "configmap", "swarmfile-run-smoke-1", *change)
    as_sidecar(limited, "delete", "configmap", "swarmfile-run-smoke-1")
