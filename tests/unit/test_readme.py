"""The README says what is true of the test types; test_docs.py reads it with all other pages."""

import re
from typing import Any

import pytest
import yaml

from tests.pages import ROOT, table

TYPES = table(ROOT / "README.md", "The test types")


def plan(test_type: str) -> list[str]:
    """Returns users, spawn rate and run time as the README writes them, from the type's own files."""
    definition: dict[str, Any] = yaml.safe_load((ROOT / "config" / test_type / "test.yml").read_text()) or {}
    stages = definition.get("stages")
    if stages:
        minutes = sum(int(stage["duration"].removesuffix("m")) for stage in stages)
        columns = [", ".join(str(stage[key]) for stage in stages) for key in ("users", "spawnRate")]
        return [*columns, f"{minutes} m"]
    arguments = yaml.safe_load((ROOT / "config" / test_type / "locust.yml").read_text())["master"]["args"]
    flags = dict(argument.removeprefix("--").split("=") for argument in arguments if "=" in argument)
    lasts = re.sub(r"([hm])$", r" \1", flags["run-time"]) if "run-time" in flags else "until stopped"
    return [f"{int(flags['users']):,}", flags["spawn-rate"], lasts]


@pytest.mark.parametrize("row", TYPES, ids=lambda row: row[0])
def test_a_test_type_has_the_numbers_of_its_files(row: list[str]) -> None:
    assert row[1:4] == plan(row[0].strip("`"))


def test_every_test_type_is_in_the_table() -> None:
    assert {row[0].strip("`") for row in TYPES} == {p.name for p in (ROOT / "config").iterdir()}
