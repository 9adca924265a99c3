"""What helm says after an install: which load runs, and what was asked for and is not made."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.chart.rendering import CHART, HOST

NO_OPERATOR = "the cluster does not know monitoring.coreos.com/v1"


def notes(helm: Path, values: dict[str, Any]) -> str:
    """Helm 4 renders them without a cluster; Helm 3 asks one."""
    command = [str(helm), "install", "t", str(CHART), "--dry-run=client", "-f", "-"]
    given = json.dumps({"loadTest": {"host": HOST}} | values)
    environment = os.environ | {"KUBECONFIG": "/dev/null"}
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.partition("\nNOTES:\n")[2]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "The smoke test of https://example.com runs as a Job, with the load of profile smoke. "),
        (
            {"loadTest": {"host": HOST, "profile": "load"}},
            "The load test of https://example.com runs as a Job, with the",
        ),
        ({"loadTest": {"host": HOST, "users": 5}}, "with the load of profile smoke, except users 5. "),
        ({"stages": [{"users": 1, "duration": "5s"}]}, "The smoke test of https://example.com runs as a Job. "),
    ],
)
def test_the_notes_say_whose_load_it_is(helm4: Path, values: dict[str, Any], said: str) -> None:
    assert said in notes(helm4, values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"metrics": {"serviceMonitor": {"enabled": True}}},
            f"serviceMonitor.enabled makes no ServiceMonitor, since {NO_OPERATOR}",
        ),
        (
            {"metrics": {"podMonitor": {"enabled": True}}},
            f"podMonitor.enabled makes no PodMonitor, since {NO_OPERATOR}",
        ),
        (
            {"metrics": {"prometheusRule": {"enabled": True}}},
            f"prometheusRule.enabled makes no PrometheusRule, since {NO_OPERATOR}",
        ),
        (
            {"metrics": {"enabled": False, "podMonitor": {"enabled": True}}},
            "makes no PodMonitor, since metrics.enabled is false",
        ),
        ({"ingress": {"enabled": True}}, "ingress.enabled makes no Ingress, since a Job has no web UI"),
        (
            {"upstream": {"loadtest": {"name": "a"}}, "metrics": {"podMonitor": {"enabled": True}}},
            "makes no PodMonitor",
        ),
    ],
)
def test_what_is_asked_for_and_not_made_is_said(helm4: Path, values: dict[str, Any], said: str) -> None:
    (line,) = [line for line in notes(helm4, values).splitlines() if line.startswith("WARNING: ")]
    assert said in line


def test_what_is_made_is_no_warning(helm4: Path) -> None:
    monitors = {key: {"enabled": True, "force": True} for key in ("serviceMonitor", "podMonitor", "prometheusRule")}
    ingress = {"mode": "deployment", "ingress": {"enabled": True, "hosts": [{"host": "a.example"}]}}
    assert "WARNING" not in notes(helm4, ingress | {"metrics": monitors})
