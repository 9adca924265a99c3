"""A package index (PEP 503) with prometheus-client alone, the pinned wheel that `make tools` downloaded."""

import os
from pathlib import Path

import pytest

from tests import tools

PROJECT = "simple/prometheus-client"
NO_WHEEL = "prometheus-client's wheel is missing: run `make tools`, which downloads it"


def files() -> dict[str, bytes]:
    """Returns what the index serves, by path. Skips the test where there is no wheel; in CI that is a failure."""
    wheel = tools.wheel()
    if wheel is None and os.environ.get("CI") == "true":
        pytest.fail(NO_WHEEL)
    if wheel is None:
        pytest.skip(NO_WHEEL)
    page = f'<!DOCTYPE html><a href="{wheel.name}">{wheel.name}</a>'
    return {f"{PROJECT}/index.html": page.encode(), f"{PROJECT}/{wheel.name}": wheel.read_bytes()}


def write(folder: Path) -> None:
    """Writes the index to a folder, for `python -m http.server`."""
    for path, content in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
