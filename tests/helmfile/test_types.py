"""Test types are the folders of config/, for helmfile as for the command line."""

import shutil

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.definition.script import find_script
from swarmfile.cli.errors import BadInputError
from tests.helmfile.conftest import Project
from tests.helmfile.test_environments import TYPES
from tests.helmfile.test_usage import last_line


def test_a_folder_and_a_script_make_a_new_type_without_another_edit(project: Project) -> None:
    shutil.copytree(project.folder / "config" / "smoke", project.folder / "config" / "checkout")
    scripts = project.folder / "locust-tests" / "chart-config" / "files"
    shutil.copy(scripts / "smoke.py", scripts / "checkout.py")
    values = project.values("checkout")
    assert values.ours["type"] == "checkout"
    assert values.upstream["loadtest"]["locust_locustfile"].endswith("/checkout.py")
    definition = read_definition(Clone(project.folder), "checkout", [])
    assert (definition.type, find_script(definition, None).name) == ("checkout", "checkout.py")


def test_a_folder_that_is_linked_is_one_as_well_and_one_without_files_is_none(project: Project) -> None:
    (project.folder / "config" / ".notes").mkdir()
    project.write("config/README.md", "no folder")
    (project.folder / "config" / "linked").symlink_to(project.folder / "config" / "smoke")
    assert project.values("linked", "--state-values-set", "locustfile=smoke.py").ours["type"] == "linked"
    types = sorted([*TYPES, "linked"])
    assert Clone(project.folder).types() == types
    assert last_line(project.run("--environment", ".notes", "template")).endswith(f"is one of {', '.join(types)}")


@pytest.mark.parametrize("missing", ["locust.yml", "test.yml"])
def test_half_of_a_type_is_refused_in_the_same_line_by_both(project: Project, missing: str) -> None:
    shutil.copytree(project.folder / "config" / "smoke", project.folder / "config" / "half")
    (project.folder / "config" / "half" / missing).unlink()
    line = f"config/half/{missing} is missing: a test type is a folder with locust.yml and test.yml"
    assert last_line(project.run("--environment", "half", "template")) == line
    with pytest.raises(BadInputError) as caught:
        read_definition(Clone(project.folder), "half", [])
    assert str(caught.value) == line


def test_a_path_is_no_type(project: Project) -> None:
    assert "there is no environment" in last_line(project.run("--environment", "../config/smoke", "template"))
