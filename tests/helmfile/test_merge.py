"""The command line reads and merges the same files exactly as the real helmfile and helm do."""

from typing import Any

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.definition.values import Values as Tree
from tests.helmfile.conftest import Project, Shipped
from tests.helmfile.test_definition import SECTIONS
from tests.helmfile.test_environments import TYPES

# What HOST, LOCUSTFILE, LIBS and RUN_ID say, which the command line takes from elsewhere.
SAID = ("upstream", "locustfile", "libs", "runId")
BASE = """
probe:
  map: {kept: 1, replaced: 1, deep: {kept: 1, replaced: 1}}
  list: [1, 2, 3]
  emptied_list: [1]
  map_under_empty: {kept: 1}
  map_under_null: {gone: 1}
  map_under_text: {gone: 1}
  list_under_null: [1]
  text_under_map: text
  text_under_list: text
  text_under_null: text
  true_under_false: true
  number_under_zero: 1
  text_under_empty: text
  list_of_maps: [{a: 1, b: 1}, {a: 2}]
"""
OVER = """
probe:
  map: {replaced: 2, deep: {replaced: 2, added: 2}, added: 2}
  list: [4]
  emptied_list: []
  map_under_empty: {}
  map_under_null: null
  map_under_text: text
  list_under_null: null
  text_under_map: {a: 2}
  text_under_list: [2]
  text_under_null: null
  true_under_false: false
  number_under_zero: 0
  text_under_empty: ""
  list_of_maps: [{a: 3}]
  only_null: null
  anchored: &anchored {a: 1, b: 2}
  merged: {<<: *anchored, b: 3}
"""
# A plain date is left out: helmfile turns it into a moment with its zone, which nobody can mean.
SCALARS = """
  words: [true, False, TRUE, yes, NO, on, Off, y, n, null, ~, text, "yes", 2m, 1h30m, 1.2.3, 12:30]
  numbers: [1, -1, +1, 1_000, 0x10, -0x10, 0o14, 014, 08, 0b11, 0.5, .5, 1., 1e3, 1.5e-3, 1_0.5, "1"]
"""


def without(tree: Tree, keys: tuple[str, ...]) -> dict[str, Any]:
    """Returns the values that the files alone say."""
    kept = {key: value for key, value in tree.items() if key not in keys}
    return kept | {"loadTest": {key: value for key, value in tree["loadTest"].items() if key != "host"}}


@pytest.mark.parametrize("test_type", TYPES)
def test_each_shipped_type_is_the_same_definition(untouched: Project, shipped: Shipped, test_type: str) -> None:
    ours = read_definition(Clone(untouched.folder), test_type, []).test
    assert without(ours, SAID) == without(shipped(test_type).ours, SAID)


def test_odd_values_merge_alike_in_both_files(project: Project) -> None:
    (project.folder / "locust-tests/chart-config/values.schema.json").unlink()
    for name in ("test", "locust"):
        for path, text in (("helm-default-values", BASE), ("config/smoke", OVER + SCALARS)):
            before = (project.folder / path / f"{name}.yml").read_text()
            project.write(f"{path}/{name}.yml", before + text)
    values = project.values("smoke")
    definition = read_definition(Clone(project.folder), "smoke", [])
    assert definition.test["probe"] == values.ours["probe"]
    assert definition.upstream["probe"] == values.upstream["probe"]


def test_set_means_what_state_values_set_means(project: Project) -> None:
    (project.folder / "locust-tests/chart-config/values.schema.json").unlink()
    project.write("config/smoke/test.yml", "probe: {kept: 1}")
    sets = ["probe.text=x", "probe.number=7", "probe.zero=0", "probe.yes=TRUE", r"probe.a\.b=c", "probe.empty="]
    ours = project.values("smoke", "--state-values-set", ",".join(sets)).ours
    assert read_definition(Clone(project.folder), "smoke", sets).test["probe"] == ours["probe"]


def test_a_key_of_the_upstream_is_set_alike(project: Project) -> None:
    sets = ["upstream.worker.replicas=4", "upstream.image.tag=x"]
    theirs = project.values("smoke", "--state-values-set", ",".join(sets)).upstream
    ours = read_definition(Clone(project.folder), "smoke", sets).upstream
    assert (theirs["worker"]["replicas"], theirs["image"]["tag"]) == (4, "x")
    assert (ours["worker"]["replicas"], ours["image"]["tag"]) == (4, "x")


def test_null_means_the_default_alike(project: Project) -> None:
    nulls = "".join(f"{section}: null\n" for section in SECTIONS if section != "assertions")
    inside = "loadTest: {tags: null}\nsidecar: {enabled: null}\nassertions: {p95ThresholdMs: null}\n"
    project.write("config/smoke/test.yml", nulls + inside)
    ours = read_definition(Clone(project.folder), "smoke", []).test
    assert without(ours, SAID) == without(project.values("smoke").ours, SAID)
