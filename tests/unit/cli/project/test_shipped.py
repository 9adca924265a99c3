"""What is shipped: ours and theirs are apart, and together they are what a clone has."""

from importlib.metadata import version
from pathlib import Path

import pytest

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.project.shipped import CHART, PACKAGE_IN_CHART, PIPELINES, REQUIREMENTS, installed, is_theirs
from tests.unit.cli.project.conftest import ROOT


def test_the_installed_package_has_the_charts_version() -> None:
    assert version("swarmfile") == installed().version


def test_the_types_are_those_of_the_clone() -> None:
    assert set(installed().types()) == {path.name for path in (ROOT / "config").iterdir()}


def test_ours_are_the_clones_files_without_the_command_line_and_the_scripts() -> None:
    ours = installed().ours()
    assert ours.pop(REQUIREMENTS) == f"swarmfile=={installed().version}\n".encode()
    assert {name for name, content in ours.items() if (ROOT / name).read_bytes() != content} == set()
    assert {f"{PACKAGE_IN_CHART}/plugin.py", f"{PACKAGE_IN_CHART}/http/client.py", f"{CHART}/files/pod.yaml"} <= set(
        ours
    )
    assert [name for name in ours if "/cli/" in name or "__pycache__" in name or is_theirs(name)] == []


def test_a_type_brings_two_files_a_script_and_what_scripts_share() -> None:
    files = f"{CHART}/files"
    expected = {"config/soak/locust.yml", "config/soak/test.yml", f"{files}/soak.py", f"{files}/lib/users.py"}
    assert set(installed().theirs(["soak"])) == expected


def test_a_type_that_is_not_shipped_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInputError, match=r"^--types: smokey: no such type is shipped; did you mean smoke\?$"):
        installed().theirs(["smokey"])


@pytest.mark.parametrize("host", PIPELINES)
def test_a_pipeline_installs_what_the_repository_pins_and_runs_the_first_type(host: str) -> None:
    ((path, content),) = installed().pipeline(host, "stress").items()
    text = content.decode()
    assert path == PIPELINES[host].path
    assert f"pip install --requirement {REQUIREMENTS}\n" in text
    assert "swarmfile run stress --results" in text
    assert "--editable" not in text
    assert "smoke" not in text.lower()


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("smoke.py", True), ("lib/shop.py", True), ("pod.yaml", False), ("with-defaults.gotmpl", False)],
)
def test_scripts_and_what_they_share_are_theirs(name: str, theirs: bool) -> None:
    assert is_theirs(str(Path(CHART, "files", name))) is theirs
