"""Where the marker of a definition lies."""

from pathlib import Path

import pytest

from swarmfile.run.marker import key, marker

DEFINITION = "0123456789abcdef" * 4


def test_a_marker_is_hidden_beside_the_runs_folders() -> None:
    assert marker(Path("/results"), DEFINITION) == Path("/results/.started-0123456789abcdef0123456789abcdef.json")


@pytest.mark.parametrize(("other", "is_same"), [(DEFINITION, True), ("f" + DEFINITION[1:], False), ("short", False)])
def test_a_definition_has_a_marker_of_its_own(other: str, is_same: bool) -> None:
    assert (marker(Path("/results"), other) == marker(Path("/results"), DEFINITION)) is is_same


def test_another_job_of_the_same_definition_is_another_start() -> None:
    starts = [{"SWARMFILE_DEFINITION": DEFINITION, "SWARMFILE_JOB": job} for job in ("", "uid-1", "uid-2")]
    assert key(starts[0]) == DEFINITION
    assert len({key(start) for start in starts}) == 3
    assert key(starts[1]) == key(dict(starts[1]))
    assert not key({"SWARMFILE_JOB": "uid-1"})
