"""Which packages a definition asks for; tests/local/test_run_packages.py installs some."""

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.local.packages import install, wanted_packages
from tests.unit.cli.conftest import Write


def test_the_packages_of_both_files_are_wanted(clone: Clone, write: Write) -> None:
    write("config/smoke/locust.yml", "loadtest: {pip_packages: [a==1]}")
    write("config/smoke/test.yml", 'pipPackages: [b==2]\npipRequirements: "# why\\nc==3\\n\\n"')
    assert wanted_packages(read_definition(clone, "smoke", [])) == ["a==1", "b==2", "c==3"]


def test_nothing_wanted_is_nothing_to_do() -> None:
    assert install([]) is None
