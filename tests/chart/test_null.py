"""Null means the default, for each value and each section of values.yaml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.rendering import CHART, HOST, Manifest, manifests, render, template

VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
GIVEN: dict[str, dict[str, Any]] = {
    "deployment": {"mode": "deployment", "workers": {"replicas": 1}, "loadTest": {"host": HOST}},
    "job": {"loadTest": {"host": HOST}},
}
# Null takes these away: an assertion, an entry of a map of one's own, a value without which there is no test.
OWN = ("profiles.", "resources.", "workers.resources.", "sidecar.resources.")
UNASSERTED = ("assertions.p95ThresholdMs", "assertions.errorRateThreshold")


def paths(section: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in section.items():
        yield f"{prefix}{key}"
        if isinstance(value, dict):
            yield from paths(value, f"{prefix}{key}.")


ALL = [path for path in paths(VALUES) if not path.startswith(OWN) and path not in UNASSERTED]


@pytest.fixture(scope="module", params=GIVEN)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def plain(helm: Path, mode: str) -> list[Manifest]:
    return render(helm, GIVEN[mode])


def test_null_is_the_default(helm: Path, mode: str, plain: list[Manifest]) -> None:
    """All at once, as each rendering takes its time."""
    sections = {path: None for path in VALUES if path not in GIVEN[mode]}
    assert render(helm, GIVEN[mode] | sections) == plain


def test_null_in_a_section_is_the_default(helm: Path, mode: str, plain: list[Manifest]) -> None:
    inner: dict[str, Any] = {}
    for path in (path for path in ALL if "." in path and path.split(".", 1)[0] not in GIVEN[mode]):
        put(inner, path.split("."))
    assert render(helm, GIVEN[mode] | inner) == plain


def test_a_section_in_a_section_that_is_null_is_the_default(helm: Path, mode: str, plain: list[Manifest]) -> None:
    inner: dict[str, Any] = {}
    for name, section in VALUES.items():
        if name not in (*GIVEN[mode], "profiles", "resources") and isinstance(section, dict):
            inner[name] = {key: None for key, value in section.items() if isinstance(value, dict)}
    assert inner["metrics"] == {"service": None, "serviceMonitor": None, "podMonitor": None, "prometheusRule": None}
    assert render(helm, GIVEN[mode] | {name: keys for name, keys in inner.items() if keys}) == plain


def put(section: dict[str, Any], names: list[str]) -> None:
    if len(names) == 1:
        section.setdefault(names[0], None)
    else:
        section[names[0]] = section.get(names[0]) or {}
        put(section[names[0]], names[1:])


@pytest.mark.parametrize("path", [path for path in ALL if path.split(".")[0] in ("mode", "loadTest", "workers")])
def test_what_a_test_needs_is_missed_in_one_line(helm4: Path, path: str) -> None:
    """Given and then taken back."""
    made = template(helm4, GIVEN["job"], "--set", f"{path}=null")
    if path in ("loadTest", "loadTest.host"):
        assert "loadTest.host is empty; write" in made.stderr
    else:
        assert manifests(made.stdout) == render(helm4, GIVEN["job"]), made.stderr
