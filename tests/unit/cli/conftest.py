"""A small clone of the repository, with a definition of few keys and a schema for them, and a small cluster."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from swarmfile.cli import wait_command
from swarmfile.cli.cluster import wait
from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.main import exit_code
from tests.unit.cli.cluster_folder import Cluster, Said, cluster_in
from tests.unit.cli.records_folder import namespace_in

ROOT = Path(__file__).parents[3]
CHART = "locust-tests/chart-config"
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string"},
        "upstream": {"type": "object", "properties": {"worker": {"properties": {"replicas": {"type": "integer"}}}}},
        "mode": {"enum": ["job", "deployment"]},
        "loadTest": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "host": {"type": "string"},
                "profile": {"type": "string"},
                "users": {"type": ["integer", "null"], "minimum": 1},
                "spawnRate": {"type": ["number", "null"], "exclusiveMinimum": 0},
                "runTime": {"type": ["string", "integer", "null"], "pattern": "^([0-9]+[hms]?)+$"},
                "autostart": {"type": "boolean"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "extraArgs": {"type": "array"},
            },
        },
        "profiles": {"type": "object"},
        "assertions": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "p95ThresholdMs": {"type": "number", "exclusiveMinimum": 0},
                # As our chart's: helm's --set can give no decimal but as text.
                "errorRateThreshold": {
                    "type": ["number", "string"],
                    "pattern": "^[0-9]*[.]?[0-9]+$",
                    "minimum": 0,
                    "maximum": 1,
                },
                "criteria": {"type": "array", "items": {"type": "string"}},
            },
        },
        "stages": {
            "type": "array",
            "items": {"type": "object", "required": ["users"], "properties": {"users": {"type": "integer"}}},
        },
        "locustfile": {"type": ["string", "object"]},
        "libs": {"type": "object"},
        "pipPackages": {"type": "array"},
        "pipRequirements": {"type": "string"},
        "testData": {"type": "object"},
        "auth": {"type": "object"},
        "tls": {"type": "object"},
        "proxy": {"type": "object"},
    },
}
SCRIPT = "from locust import HttpUser\n\n\nclass Shopper(HttpUser):\n    pass\n"
RULES = ("contradictions.yaml", "defaults.json", "locust-options.json", "refused-arguments.yaml")
FILES = {
    "helm-default-values/test.yml": "assertions: {p95ThresholdMs: 1000, errorRateThreshold: 0.01}\n",
    "helm-default-values/locust.yml": "worker: {replicas: 2}\n",
    "config/smoke/locust.yml": "master: {args: [--users=10, --spawn-rate=5, --run-time=2m, --autostart]}\n",
    "config/smoke/test.yml": "mode: deployment\n",
    "config/stress/locust.yml": "{}\n",
    "config/stress/test.yml": "mode: deployment\n",
    f"{CHART}/values.yaml": "mode: job\nloadTest: {profile: '', users: null, tags: []}\n",
    f"{CHART}/values.schema.json": json.dumps(SCHEMA),
    f"{CHART}/files/pod-keys.json": (ROOT / CHART / "files" / "pod-keys.json").read_text(),
    **{f"{CHART}/files/{name}": (ROOT / CHART / "files" / name).read_text() for name in RULES},
    f"{CHART}/files/smoke.py": SCRIPT,
    f"{CHART}/files/stress.py": SCRIPT,
    f"{CHART}/files/lib/users.py": '"""Shared."""\n',
}

Write = Callable[[str, str], None]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    for name, text in FILES.items():
        path = tmp_path / "clone" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Clone(tmp_path / "clone")


@pytest.fixture
def write(clone: Clone) -> Write:
    """Writes a file of the clone, by its path from the root."""

    def write_file(name: str, text: str) -> None:
        (clone.root / name).parent.mkdir(parents=True, exist_ok=True)
        (clone.root / name).write_text(text)

    return write_file


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster whose moments follow one another without a pause."""
    for module, name in ((wait, "POLL_S"), (wait_command, "POLL_S"), (wait, "LAST_RECORD_S")):
        monkeypatch.setattr(module, name, 0)
    monkeypatch.setattr(wait_command, "RECORD_WITHIN_S", 0)
    return cluster_in(tmp_path, monkeypatch)


@pytest.fixture
def namespace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with kubectl and the runs that a namespace keeps: none so far."""
    return namespace_in(tmp_path, monkeypatch)


@pytest.fixture
def waited(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs `swarmfile wait` and returns its exit code and what it said."""

    def run(*arguments: str) -> tuple[int, str]:
        code = exit_code(["wait", *arguments])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run
