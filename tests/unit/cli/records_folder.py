"""A kubectl that answers from a folder in which runs are kept: it selects by labels and deletes."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from swarmfile.sidecar.record import RecordedRun, config_maps

KUBECTL = """#!/usr/bin/env python3
import json, pathlib, sys

store = pathlib.Path(__file__).parent / "objects.json"
objects = json.loads(store.read_text())
arguments = sys.argv[1:]
if "-l" not in arguments:
    sys.exit(1)


def matches(one, selector):
    labels = one["metadata"]["labels"]
    for wanted in selector.split(","):
        name, _, value = wanted.partition("=")
        if name.startswith("!") == (name.lstrip("!") in labels) or (value and labels.get(name) != value):
            return False
    return True


if arguments[arguments.index("-n") + 1] == "forbidden":
    sys.exit("Unable to connect\\nError from server (Forbidden): configmaps is forbidden")
found = [one for one in objects if matches(one, arguments[arguments.index("-l") + 1])]
if "delete" in arguments:
    store.write_text(json.dumps([one for one in objects if one not in found]))
else:
    print(json.dumps({"items": found}))
"""
FILES = {"verdict.json": b'{"outcome": "PASS"}', "summary.md": b"# PASS", "locust_stats.csv": b"a,b"}


def namespace_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns the folder with kubectl and, so far, no objects."""
    program = folder / "kubectl"
    program.write_text(KUBECTL)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    keep(folder)
    return folder


def keep(folder: Path, *runs: RecordedRun, files: Mapping[str, bytes] = FILES, **labels: str) -> None:
    store = folder / "objects.json"
    objects: list[dict[str, Any]] = json.loads(store.read_text()) if store.exists() else []
    for run in runs:
        parts, head = config_maps(run, files, {f"swarmfile.io/{name}": value for name, value in labels.items()})
        objects += [*parts, head]
    store.write_text(json.dumps(objects))


def run_named(name: str, outcome: str = "PASS", at: float | None = None) -> RecordedRun:
    return RecordedRun(name, "smoke", outcome, at or time.time(), (), 1234, 1, 56.7, 8.9, {"team": "shop"}, "hello")


def kept(folder: Path) -> set[str]:
    return {each["metadata"]["name"] for each in json.loads((folder / "objects.json").read_text())}
