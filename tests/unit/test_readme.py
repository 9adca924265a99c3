"""The README says what is true: its commands, files, options, values and numbers exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from swarmfile.cli import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
COMMANDS = [line for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def table(heading: str) -> list[list[str]]:
    """Returns the rows of the tables below a heading that begin with code."""
    chapter = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in chapter.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


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


@pytest.mark.parametrize("row", table("The test types"), ids=lambda row: row[0])
def test_a_test_type_has_the_numbers_of_its_files(row: list[str]) -> None:
    assert row[1:4] == plan(row[0].strip("`"))


def test_every_test_type_is_in_the_table() -> None:
    assert {row[0].strip("`") for row in table("The test types")} == {p.name for p in (ROOT / "config").iterdir()}


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE))))
def test_a_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("line", [line for line in COMMANDS if re.search(r"\bswarmfile [a-z]", line)])
def test_the_options_of_a_command_exist(line: str) -> None:
    for name, arguments in re.findall(r"\bswarmfile ([a-z]+)([^;#|]*)", line):
        known = {option for parameter in cli.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"(?<=\s)--?[a-z][a-z-]*", arguments)) <= known


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("variable", [row[0].strip("`") for row in table("On Kubernetes")])
def test_a_variable_is_read_by_helmfile(variable: str) -> None:
    sources = [ROOT / "helmfile.yaml.gotmpl", *(ROOT / "helm-default-values").glob("*.gotmpl")]
    assert any(f'env "{variable}"' in source.read_text() for source in sources)
