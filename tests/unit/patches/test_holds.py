"""Each hold on somebody else's insides is as it was recorded; a failure says which record, and what to read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from swarmfile.patches.holds import HOLDS
from swarmfile.patches.holds.hold import Kind
from tests.unit.patches import hold_checks
from tests.unit.patches.hold_checks import CHECKS
from tests.unit.patches.private_names import (
    OURS,
    foreign_private_names,
    module_of,
    module_path,
    names_in,
    private_names,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is wrong, in a process of its own: in this one other tests may have replaced what is looked at."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("LOCUST_", "SWARMFILE_"))}
    environ["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", hold_checks.__name__]
    done = subprocess.run(
        command, cwd=tmp_path_factory.mktemp("contract"), env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("case", CHECKS)
def test_a_hold_is_as_it_was_recorded(case: str, complaints: dict[str, str]) -> None:
    if case in complaints:
        pytest.fail(complaints[case], pytrace=False)


def test_each_record_has_an_id_of_its_own() -> None:
    ids = [hold.id for hold in HOLDS]
    assert sorted(ids) == sorted(set(ids))


def test_the_records_can_be_read_without_locust() -> None:
    code = "import sys, swarmfile.patches.holds; sys.exit('locust' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_each_record_is_checked() -> None:
    assert [hold.id for hold in HOLDS if not hold.checks] == []


def test_each_record_names_code_of_ours_that_exists() -> None:
    missing = [f"{hold.id}: {user}" for hold in HOLDS for user in hold.users if not names_in(user)]
    assert missing == []


def test_each_private_name_of_somebody_else_that_we_use_is_recorded() -> None:
    recorded = {(module_of(user), name) for hold in HOLDS for user in hold.users for name in private_names(hold)}
    assert sorted(set(foreign_private_names()) - recorded) == []


def test_each_module_that_replaces_a_method_is_recorded() -> None:
    recorded = {module_of(user) for hold in HOLDS if hold.kind is Kind.REPLACED for user in hold.users}
    pattern = re.compile(r"^(?!.*(self\.request|SwarmHttpSession)).*\[.*method-assign", re.MULTILINE)
    replacing = {module_path(path) for path in OURS if pattern.search(path.read_text("utf-8"))}
    assert sorted(replacing - recorded) == []
