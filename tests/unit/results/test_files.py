"""Files are written whole or not at all, and what could not be written is part of the verdict."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from locust.env import Environment

from swarmfile.results import files as results
from swarmfile.run.context import Context
from swarmfile.run.finished import Run
from swarmfile.verdict import Outcome, Verdict

PASSED = Verdict("smoke-1", "smoke", Outcome.PASS)


@pytest.fixture
def environment() -> Iterator[Environment]:
    made = Environment()
    runner = made.create_local_runner()
    yield made
    runner.greenlet.kill()


def test_all_files_but_the_history_are_written(a_run: Callable[..., Run], environment: Environment) -> None:
    run = a_run()
    assert results.write(run, PASSED, environment, Context()) == PASSED
    assert len(list(run.folder.iterdir())) == 9
    assert json.loads((run.folder / "verdict.json").read_text()) == PASSED.as_dict()


def test_a_file_that_cannot_be_written_makes_the_verdict_invalid_and_the_others_are_kept(
    a_run: Callable[..., Run], environment: Environment
) -> None:
    run = a_run()
    (run.folder / "metrics.json").mkdir(parents=True)
    verdict = results.write(run, PASSED, environment, Context())
    assert verdict.outcome is Outcome.INVALID
    assert verdict.reasons[0].startswith("results could not be written: metrics.json: ")
    assert json.loads((run.folder / "verdict.json").read_text()) == verdict.as_dict()
    assert (run.folder / "locust_stats.csv").exists()
    assert not list(run.folder.glob("*.part"))


@pytest.mark.parametrize(
    "end",
    [
        lambda run, environment: results.write(run, PASSED, environment, Context()),
        lambda run, _: results.write_verdict(run, PASSED, Context()),
    ],
    ids=["a whole run", "a run of a lost master"],
)
def test_room_is_kept_until_the_end_and_given_back(
    a_run: Callable[..., Run], environment: Environment, end: Callable[[Run, Environment], Verdict]
) -> None:
    run = a_run()
    results.reserve(run.folder)
    assert (run.folder / results.RESERVE).stat().st_blocks * 512 >= results.RESERVED_BYTES
    end(run, environment)
    assert not (run.folder / results.RESERVE).exists()


def test_a_reader_sees_the_old_or_the_new_content(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "verdict.json"
    results.write_atomically(path, "old")
    results.write_atomically(path, "new")
    assert path.read_text() == "new"
    assert [other.name for other in path.parent.iterdir()] == ["verdict.json"]


def test_an_invalid_run_keeps_its_reasons_beside_the_missing_file() -> None:
    invalid = Verdict("smoke-1", "smoke", Outcome.INVALID, ("no requests were made",))
    failed = Verdict("smoke-1", "smoke", Outcome.FAIL, ("p95 was too high",))
    missing = "results could not be written: disk full"
    assert results.unwritten(invalid, "disk full").reasons == ("no requests were made", missing)
    assert results.unwritten(failed, "disk full").reasons == (missing,)
