"""A release really holds as much test data as values.yaml promises, whether or not it compresses."""

import base64
import hashlib
import json
import random
import re
from pathlib import Path

import pytest

from tests.cluster.cluster import CHART, Namespace, fresh_namespace
from tests.cluster.environments import SMALL, Environment, project_copy

pytestmark = pytest.mark.timeout(600)
PROMISE = re.search(r"together at most (\d+) KB, or (\d+) KB where", (CHART / "values.yaml").read_text("utf-8"))
assert PROMISE
COMPRESSIBLE, INCOMPRESSIBLE = (int(number) * 1000 for number in PROMISE.groups())


def rows(size: int) -> str:
    """A CSV file of users."""
    chance = random.Random(size)
    lines = (f"{number},user{number}@example.com,{chance.randrange(10**6)}\n" for number in range(size // 20))
    return "".join(lines)[:size]


def noise(size: int) -> str:
    """Base64 of random bytes."""
    return base64.b64encode(random.Random(size).randbytes(size))[:size].decode()


DATA = {"rows": rows(COMPRESSIBLE), "noise": noise(INCOMPRESSIBLE)}


@pytest.mark.parametrize("kind", DATA)
def test_a_release_brings_as_much_data_as_is_promised_to_its_pod(namespace: Namespace, kind: str) -> None:
    small = {"resources": {"requests": {"cpu": "20m", "memory": "64Mi"}}}
    values = {"mode": "deployment", "loadTest": {"host": "http://target"}, "testData": {"files": {kind: DATA[kind]}}}
    namespace.install(kind, values | small)
    digest = namespace.kubectl("exec", namespace.ready(kind), "--", "sha256sum", f"/test_data/{kind}").split()[0]
    assert digest == hashlib.sha256(DATA[kind].encode()).hexdigest()


@pytest.mark.parametrize("kind", DATA)
def test_so_does_an_environment(
    upstream_chart: str, namespace: Namespace, helmfile: Path, tmp_path: Path, kind: str
) -> None:
    project = project_copy(tmp_path / "project")
    with (project / "config" / "dev" / "test.yml").open("a") as definition:
        definition.write(f"\ntestData: {json.dumps({'files': {kind: DATA[kind]}})}\n")
    with fresh_namespace(namespace.helm_path) as own:
        Environment("dev", own, helmfile, "http://target", SMALL, project=project).apply()
        (held,) = [one["data"] for one in own.get("configmaps") if one["metadata"]["name"] == "custom-locust-test-data"]
        assert held == {kind: DATA[kind]}
