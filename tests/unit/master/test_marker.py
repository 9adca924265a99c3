"""The marker's file: what it says, and what a damaged one means."""

from pathlib import Path

import pytest

from swarmfile.master.marker import last_run


@pytest.mark.parametrize(
    ("content", "run"),
    [
        (None, None),
        ('{"run": "smoke-1"}', "smoke-1"),
        ("", "unknown"),
        ("[]", "unknown"),
        ("{}", "unknown"),
        ('{"run": "../a"}', "unknown"),
    ],
    ids=["none", "whole", "empty", "no mapping", "no run", "another folder"],
)
def test_a_damaged_marker_still_keeps_the_test_from_running_twice(
    tmp_path: Path, content: str | None, run: str | None
) -> None:
    path = tmp_path / "marker.json"
    if content is not None:
        path.write_text(content)
    assert last_run(path) == run
