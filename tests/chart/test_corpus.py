"""What people get wrong: `swarmfile validate` says one line, and the chart refuses the same with real helm."""

import json
from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.errors import BadInputError
from tests.chart.rendering import run
from tests.corpus import Case, cases, clone_with, helm_values, helms_words, said, slim_chart

WRONG = cases("wrong")
UNUSUAL = cases("unusual")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One clone and one chart for all cases."""
    folder = tmp_path_factory.mktemp("corpus")
    slim_chart(folder / "chart")
    return folder


def helms(helm: Path, folder: Path, clone: Clone) -> str | None:
    """Returns what helm says, an empty text where it accepts; None where helmfile could read no values for it."""
    try:
        values = json.dumps(helm_values(clone))
    except (BadInputError, ValueError):
        return None
    done = run(helm, "template", "t", str(folder / "chart"), "-f", "-", stdin=values)
    return done.stderr if done.returncode else ""


def test_there_are_enough_of_both() -> None:
    assert len({(case.where, case.text) for case in WRONG}) >= 250
    assert len({(case.where, case.text) for case in UNUSUAL}) >= 60


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_a_wrong_definition_gets_its_line_and_helm_names_the_same_key(helm4: Path, folder: Path, case: Case) -> None:
    clone = clone_with(folder / "clone", case)
    findings = said(clone)
    assert case.line in [finding.message for finding in findings]
    helm = helms(helm4, folder, clone)
    if case.helm:
        assert helm == "", "helm refuses it as well: take `helm` off the case"
    words = [word for finding in findings for word in helms_words(finding)]
    assert not helm or any(word in helm for word in words)
    assert helm != "" or case.helm


@pytest.mark.parametrize("case", UNUSUAL, ids=str)
def test_what_is_unusual_and_right_passes_both_ways(helm4: Path, folder: Path, case: Case) -> None:
    clone = clone_with(folder / "clone", case)
    assert said(clone) == []
    assert helms(helm4, folder, clone) == ""
