"""The marker's file: what it says, and what a damaged one means."""

from collections.abc import Callable
from pathlib import Path

import pytest

from swarmfile.master.marker import last_run, leave_never_begun
from swarmfile.run.finished import Cause, Concluded, Run
from swarmfile.verdict import judge


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


@pytest.mark.parametrize(("may_still_run", "run"), [(False, "smoke-1"), (True, None)], ids=["nobody came", "moved"])
@pytest.mark.parametrize("detail", ["the process was told to end before", "0 of 2 expected workers came"])
def test_a_run_that_may_still_come_leaves_no_marker_whatever_its_sentence_says(
    a_run: Callable[..., Run], tmp_path: Path, detail: str, may_still_run: bool, run: str | None
) -> None:
    never = a_run(cause=Cause.NEVER_BEGAN, detail=detail, may_still_run=may_still_run)
    leave_never_begun(tmp_path / "marker.json", Concluded(never, judge(never.id, never.type, [], [])))
    assert last_run(tmp_path / "marker.json") == run
