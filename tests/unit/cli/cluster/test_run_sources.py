"""What each of those who know a run tells of it."""

import json

import pytest

from swarmfile.cli.cluster.run_sources import last_words, lost, read
from swarmfile.sidecar.record import RUNNING, RecordedRun, config_maps
from swarmfile.verdict import Outcome, Verdict
from tests.unit.cli.cluster_folder import pod

ASSERTION = {"assertion": "p95 < 1s", "value": 2000, "threshold": 1000.0, "state": "broken"}
LINES = Verdict("smoke-1", "smoke", Outcome.FAIL, ("p95 is 2 s",), warnings=("a worker was lost",)).log_lines()
VERDICT = {"run": "smoke-1", "outcome": "FAIL", "exitCode": 1, "reasons": ["p95 is 2 s"], "assertions": []}


def head(outcome: str = "FAIL", at: float = 100, files: dict[str, bytes] | None = None) -> dict[str, object]:
    run = RecordedRun("smoke-1", "smoke", outcome, at, ("p95 is 2 s",), 10, 1, 33.0, 4.5)
    return config_maps(run, {"verdict.json": json.dumps(VERDICT).encode()} if files is None else files, {})[1]


def test_a_final_record_holds_the_verdict_with_its_assertions() -> None:
    (record,) = read([head(files={"verdict.json": json.dumps(VERDICT | {"assertions": [ASSERTION]}).encode()})])
    assert record.verdict == VERDICT | {"type": "", "warnings": [], "assertions": [ASSERTION]}


@pytest.mark.parametrize("said", [{"run": "smoke-2"}, {"assertions": [{"a": 1}]}, {"outcome": "GREAT"}, {"reasons": 5}])
def test_a_verdict_that_cannot_be_counts_as_missing(said: dict[str, object]) -> None:
    (record,) = read([head(files={"verdict.json": json.dumps(VERDICT | said).encode()})])
    assert record.verdict == VERDICT


def test_a_record_without_the_file_still_says_outcome_and_reasons() -> None:
    (record,) = read([head(files={})])
    assert record.verdict == VERDICT | {"assertions": []}


def test_a_snapshot_shows_how_the_run_goes_and_has_no_verdict() -> None:
    (record,) = read([head(RUNNING)])
    assert record.verdict is None
    state = record.state
    assert (state.run, state.state, state.requests, state.rps, state.p95_ms) == ("smoke-1", "running", 10, 4.5, 33.0)


def test_the_newest_record_comes_first_and_what_is_none_is_left_out() -> None:
    assert [record.run.at for record in read([head(at=1), {"metadata": {}, "data": {}}, head(at=3), head(at=2)])] == [
        3,
        2,
        1,
    ]


def test_a_snapshot_without_a_writer_is_invalid_after_a_minute() -> None:
    (record,) = read([head(RUNNING, at=100)])
    assert lost(record, 130) is None
    verdict = lost(record, 200)
    assert verdict
    assert (verdict["outcome"], verdict["exitCode"]) == ("INVALID", 2)
    assert verdict["reasons"][0].startswith("cut short: ")


@pytest.mark.parametrize("prefix", ["", "[2026-11-22 10:00:00,000] pod/INFO/swarmfile: "])
def test_a_termination_message_tells_verdict_reasons_and_warnings(prefix: str) -> None:
    message = "\n".join(prefix + line for line in LINES)
    terminated = {"state": {"terminated": {"exitCode": 0, "message": message}}}
    assert last_words(pod(containerStatuses=[{"state": {}}, terminated])) == VERDICT | {
        "assertions": [],
        "warnings": ["a worker was lost"],
    }


@pytest.mark.parametrize("state", [{}, {"running": {}}, {"terminated": {"exitCode": 1, "message": "Killed"}}])
def test_whoever_says_nothing_has_no_last_words(state: dict[str, object]) -> None:
    assert last_words(pod(containerStatuses=[{"state": state}])) is None
