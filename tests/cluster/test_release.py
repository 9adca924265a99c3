"""The released chart is installed from a registry, as its users do, without a clone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.cluster import ROOT, Namespace, fresh_namespace
from tests.cluster.test_standalone_job import short
from tests.oci_registry import Registry, running_registry
from tools.release import push, release

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def registry(docker_registry: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with running_registry(docker_registry, tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(autouse=True)
def trusted(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients trust the registry."""
    for name, value in registry.variables.items():
        monkeypatch.setenv(name, value)


def test_the_chart_runs_a_test_from_a_registry(
    namespace: Namespace, target: str, helm: Path, registry: Registry, tmp_path: Path
) -> None:
    push(release(ROOT, tmp_path / "dist", str(helm))[-1], f"oci://{registry.host}/charts", str(helm))
    with fresh_namespace(helm) as own:
        values = json.dumps(short(f"{target}.{namespace.name}"))
        own.helm("install", "t", f"oci://{registry.host}/charts/swarmfile", "-f", "-", stdin=values)
        assert "swarmfile: verdict PASS" in own.ended("t", 240)
