"""A repository that `swarmfile init` wrote renders as the clone does."""

from dataclasses import replace
from pathlib import Path

import pytest

from swarmfile.cli.project.create import create
from swarmfile.cli.project.shipped import installed
from tests.helmfile.conftest import ROOT, Project
from tests.helmfile.test_usage import last_line


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "tests"
    create(folder, installed(), ["smoke", "spike"], None)
    return folder


@pytest.mark.parametrize("test_type", ["smoke", "spike"])
def test_a_type_renders_as_in_the_clone(untouched: Project, own: Path, test_type: str) -> None:
    arguments = ("--environment", test_type, "template", "--skip-deps")
    ours, clones = (replace(untouched, folder=folder).run(*arguments) for folder in (own, ROOT))
    assert ours.returncode == 0, ours.stderr
    assert "kind: ConfigMap" in ours.stdout
    assert ours.stdout == clones.stdout


def test_a_type_that_was_not_asked_for_is_none(untouched: Project, own: Path) -> None:
    done = replace(untouched, folder=own).run("--environment", "soak", "template")
    assert last_line(done).endswith('"soak": write helmfile --environment <type>, where <type> is one of smoke, spike')
