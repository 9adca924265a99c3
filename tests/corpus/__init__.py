"""Definitions as people write them, wrong ones with the line that they get, and right ones that only look odd."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.validate.finding import Finding, Level
from swarmfile.cli.validate.rules import Question, findings
from tests.chart.rendering import CHART, HOST, ROOT

FOLDER = Path(__file__).parent
LOAD = ["--autostart", "--users=10", "--spawn-rate=5", "--run-time=2m"]
FILES = {"test": "config/smoke/test.yml", "locust": "config/smoke/locust.yml", "script": f"{CHART.name}/files/smoke.py"}


@dataclass(frozen=True)
class Case:
    """A definition that differs from a plain one in one file. `line`: what is said; `helm`: why helm says nothing."""

    where: str
    text: str
    line: str = ""
    helm: str = ""

    @property
    def files(self) -> dict[str, str]:
        """What config/smoke/ holds."""
        args = [*LOAD, *(self.text.split() if self.where == "args" else [])]
        plain = {"locust": json.dumps({"master": {"args": args}}), "test": "{}"}
        return plain | {
            "args": {},
            "worker": {"locust": json.dumps({"master": {"args": LOAD}, "worker": {"args": self.text.split()}})},
            "extra": {"test": json.dumps({"loadTest": {"extraArgs": self.text.split()}})},
            "criterion": {"test": json.dumps({"assertions": {"criteria": [self.text]}})},
        }.get(self.where, {self.where: self.text})

    def __str__(self) -> str:
        return f"{self.where}: {self.text[:60]}"


def cases(name: str) -> list[Case]:
    """Returns the cases of a file beside this one."""
    return [Case(**each) for each in yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))]


def clone_with(folder: Path, case: Case) -> Clone:
    """Returns a clone in which only config/smoke/ is the case's own."""
    if not (folder / "config").exists():
        (folder / "config" / "smoke").mkdir(parents=True)
        for name in ("helm-default-values", "locust-tests"):
            (folder / name).symlink_to(ROOT / name)
    for name, text in case.files.items():
        (folder / "config" / "smoke" / f"{name}.yml").write_text(text, encoding="utf-8")
    return Clone(folder)


def said(clone: Clone) -> list[Finding]:
    """Returns the errors of the clone's smoke test."""
    return [found for found in findings(Question(clone), "smoke") if found.level is Level.ERROR]


def helm_values(clone: Clone) -> dict[str, Any]:
    """Returns what helmfile gives to our chart, but for the wiring."""
    definition = read_definition(clone, "smoke", [])
    host = {"loadTest": {"host": HOST, **_map(definition.test.get("loadTest"))}}
    return {**definition.test, **(host if isinstance(definition.test.get("loadTest"), dict) else {})}


def _map(value: object) -> dict[str, Any]:
    return {key: each for key, each in value.items() if key != "host" or each} if isinstance(value, dict) else {}


def helms_words(finding: Finding) -> Iterator[str]:
    """Yields the ways in which helm may name the same flaw: the schema's place, the unknown key, or the sentence."""
    path = finding.path if finding.source.endswith("test.yml") else ("upstream", *finding.path)
    for each in (path, ("upstream", *finding.path)):
        yield f"at '/{'/'.join(map(str, each))}'"
    if finding.path:
        yield f"'{finding.path[-1]}' not allowed"
        yield f"'{finding.path[-1]}'"
    yield f"{finding.key}: "


def slim_chart(folder: Path) -> Path:
    """Returns our chart without what it makes: its schema and its checks alone, which take a tenth of the time."""
    (folder / "templates").mkdir(parents=True)
    for name in ("Chart.yaml", "values.yaml", "values.schema.json", "files"):
        copy = shutil.copytree if (CHART / name).is_dir() else shutil.copy
        copy(CHART / name, folder / name)
    library = Path("charts", "library")
    shutil.copytree(CHART / library / "templates", folder / library / "templates")
    shutil.copy(CHART / library / "Chart.yaml", folder / library)
    checks = (
        '{{- include "swarmfile.defaults" . }}{{- include "swarmfile.checks" . }}{{- include "swarmfile.testData" . }}'
    )
    (folder / "templates" / "checks.yaml").write_text(checks)
    return folder
