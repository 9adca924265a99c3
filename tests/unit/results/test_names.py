import ast
from pathlib import Path

import pytest

from swarmfile.results import names
from swarmfile.results.names import FILES, LAST_FILES, STATE
from swarmfile.run.scripts import PACKAGE
from tests.results_folder import RUN_FILES

# Writes a verdict where the installed Locust is too old for all that stands above it.
OF_ITS_OWN = {PACKAGE / "patches" / "versions.py"}


def test_the_names_are_those_that_the_readme_promises() -> None:
    assert set(FILES) == RUN_FILES
    assert len(FILES) == len(RUN_FILES)
    assert set(LAST_FILES) <= RUN_FILES


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_no_other_module_writes_one_out(module: Path) -> None:
    if module in {Path(names.__file__), *OF_ITS_OWN}:
        return
    texts = {node.value for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Constant)}
    assert texts & {*FILES, STATE} == set(), "name it by swarmfile.results.names"
