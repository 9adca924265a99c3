"""`swarmfile compare`: what it says of runs, and which runs it refuses."""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from swarmfile.cli.main import exit_code
from tests.unit.cli.compare.folders import write_run
from tests.unit.compare.made_runs import made_blocks

Write = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes runs, which are named by their folders."""
    monkeypatch.chdir(tmp_path)
    chance = random.Random(1)

    def write(name: str, slower: float = 0.0, seconds: int = 60, **how: Any) -> str:  # noqa: ANN401
        write_run(tmp_path, name, made_blocks(chance, slower=slower, seconds=seconds, per_s=20), **how)
        return f"./{name}"

    return write


def compared(*arguments: str) -> int:
    return exit_code(["compare", *arguments])


def test_three_runs_a_side_find_what_changed(run: Write, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = ([run(f"{side}-{each}", slower) for each in range(3)] for side, slower in (("old", 0.0), ("new", 0.5)))
    assert compared(*old, new[0], "--new", new[1], "--new", new[2], "--format", "json") == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["before"], content["after"]) == (["old-0", "old-1", "old-2"], ["new-0", "new-1", "new-2"])
    assert {row["finding"] for row in content["rows"] if row["figure"] == "p95"} == {"slower"}
    assert content["notes"] == []


def test_one_run_a_side_says_what_that_is_worth(run: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(run("old"), run("new", host="http://other")) == 0
    said = capsys.readouterr().out
    assert "one run on a side: intervals know the scatter within runs" in said
    assert "http://other" in said


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"workers": [{"id": "1"}, {"id": "2"}]}, "these runs are not alike: workers: 1 and 2; --anyway compares them"),
        ({"outcome": "INVALID"}, "these runs are not alike: new was INVALID; --anyway compares them"),
        ({"seconds": 20}, "new: cannot be compared: it is too short; let it last at least 30s after warmUp"),
    ],
)
def test_runs_that_cannot_be_compared_are_refused_in_a_line(
    run: Write,
    capsys: pytest.CaptureFixture[str],
    second: dict[str, Any],
    said: str,
) -> None:
    named: Sequence[str] = [run("old"), run("new", **second)]
    assert compared(*named) == 3
    assert capsys.readouterr().err == f"swarmfile: {said}\n"
    if "anyway" in said:
        assert compared(*named, "--anyway") == 0
        assert f"not alike: {said.split(': ', 1)[1].split(';')[0]}" in capsys.readouterr().out


def test_a_run_from_before_blocks_were_kept_says_so(
    run: Write,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_run(tmp_path, "old", None)
    assert compared("./old", run("new")) == 3
    assert "old: cannot be compared: it was written before blocks were kept" in capsys.readouterr().err


def test_one_run_is_not_enough(run: Write, capsys: pytest.CaptureFixture[str]) -> None:
    one = run("one")
    assert compared(one) == 3
    assert compared(one, one) == 3
    assert [line.split(":")[1] for line in capsys.readouterr().err.splitlines()] == [" compare", " compare"]
