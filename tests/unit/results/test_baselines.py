"""Runs of a folder that may be baselines, and their marks."""

import os
import random
from pathlib import Path

from swarmfile.results.baselines import FETCHED, MARKS, mark, marked, passes
from tests.unit.cli.compare.folders import write_run
from tests.unit.compare.made_runs import made_blocks

BLOCKS = made_blocks(random.Random(1), per_s=1)


def test_runs_of_the_type_that_passed_come_the_newest_first(tmp_path: Path) -> None:
    places = {"b": tmp_path, "a": tmp_path, "kept": tmp_path / FETCHED}
    for age, (name, place) in enumerate(places.items()):
        folder = write_run(place, name, BLOCKS)
        os.utime(folder / "verdict.json", (1000 - age, 1000 - age))
    write_run(tmp_path, "failed", BLOCKS, outcome="FAIL")
    write_run(tmp_path, "smoke", BLOCKS, test_type="smoke")
    write_run(tmp_path, "old", None)
    (write_run(tmp_path, "broken", BLOCKS) / "metrics.json").write_text("{")
    found = list(passes(tmp_path, "load"))
    assert [run.run for run in found] == ["old", "b", "a", "kept"]
    assert [bool(run.problem) for run in found] == [True, False, False, False]


def test_a_mark_is_set_and_taken_off(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_run(tmp_path, name, None)
        mark(tmp_path, name, is_baseline=True)
    assert marked(tmp_path) == {"a", "b"}
    mark(tmp_path, "a", is_baseline=False)
    assert marked(tmp_path) == {"b"}
    (tmp_path / MARKS).write_text("nothing")
    assert marked(tmp_path) == set()
