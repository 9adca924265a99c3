"""Where the marker of a definition lies."""

from pathlib import Path

import pytest
from lib.run_marker_path import marker

DEFINITION = "0123456789abcdef" * 4


def test_a_marker_is_hidden_beside_the_runs_folders() -> None:
    assert marker(Path("/results"), DEFINITION) == Path("/results/.started-0123456789abcdef0123456789abcdef.json")


@pytest.mark.parametrize(("other", "is_same"), [(DEFINITION, True), ("f" + DEFINITION[1:], False), ("short", False)])
def test_a_definition_has_a_marker_of_its_own(other: str, is_same: bool) -> None:
    assert (marker(Path("/results"), other) == marker(Path("/results"), DEFINITION)) is is_same
