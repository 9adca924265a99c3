"""What a record holds after its run's pod and that pod's successor both wrote to it, in either order."""

import hashlib

from swarmfile.sidecar.merge import merged
from swarmfile.sidecar.record import RecordedRun
from tests.results_folder import RUN_FILES

RUN = "smoke-1"
HISTORY = "locust_stats_history.csv"


def files_by(whom: str, *names: str) -> dict[str, bytes]:
    return {name: f"{name} by {whom}".encode() for name in names}


SNAPSHOT = files_by("the master", HISTORY, "state.json")
WHOLE = files_by("the master", *RUN_FILES)
# What a successor has after it was given a snapshot.
RESTARTED = SNAPSHOT | files_by("the successor", "verdict.json", "junit.xml", "summary.md")


def state(outcome: str, files: dict[str, bytes]) -> RecordedRun:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return RecordedRun(RUN, "smoke", outcome, 1.0, reasons=(outcome,), requests=len(files), files=digests)


def after(
    old: tuple[str, dict[str, bytes]], new: tuple[str, dict[str, bytes]], *, same_writer: bool
) -> tuple[RecordedRun, dict[str, bytes]]:
    before = state(*old)
    result = merged(before, lambda: old[1], state(*new), new[1], same_writer)
    return (result[0], dict(result[1])) if result else (before, old[1])


def test_a_snapshot_follows_another_and_the_final_state_both() -> None:
    later = files_by("a later look", *SNAPSHOT)
    assert after(("running", SNAPSHOT), ("running", later), same_writer=True)[1] == later
    run, files = after(("running", SNAPSHOT), ("PASS", WHOLE), same_writer=True)
    assert (run.outcome, files) == ("PASS", WHOLE)


def test_a_file_that_is_gone_stays_recorded() -> None:
    without = {name: content for name, content in WHOLE.items() if name != HISTORY}
    assert after(("running", SNAPSHOT), ("PASS", without), same_writer=True)[1] == WHOLE


def test_numbers_that_were_known_stay_where_the_master_is_gone() -> None:
    nobody = RecordedRun(RUN, "smoke", "INVALID", 1.0)
    result = merged(state("running", SNAPSHOT), lambda: SNAPSHOT, nobody, RESTARTED, False)
    assert result
    assert (result[0].outcome, result[0].requests) == ("INVALID", len(SNAPSHOT))


def test_no_snapshot_replaces_a_final_state() -> None:
    for same_writer in (True, False):
        run, files = after(("PASS", WHOLE), ("running", SNAPSHOT), same_writer=same_writer)
        assert (run.outcome, files) == ("PASS", WHOLE)


def test_a_successor_takes_nothing_from_a_full_record() -> None:
    run, files = after(("PASS", WHOLE), ("INVALID", RESTARTED), same_writer=False)
    assert (run.outcome, run.reasons, files) == ("PASS", ("PASS",), WHOLE)


def test_a_master_that_comes_after_its_successor_adds_its_files_and_changes_no_verdict() -> None:
    run, files = after(("INVALID", RESTARTED), ("PASS", WHOLE), same_writer=False)
    assert (run.outcome, run.reasons, run.requests) == ("INVALID", ("INVALID",), len(WHOLE))
    assert files.keys() == RUN_FILES
    assert files["verdict.json"] == RESTARTED["verdict.json"]
    assert files["metrics.json"] == WHOLE["metrics.json"]
    assert files[HISTORY] == WHOLE[HISTORY]


def test_a_verdict_that_changes_in_the_pod_that_gave_it_is_followed() -> None:
    changed = WHOLE | files_by("the master, later", "verdict.json")
    run, files = after(("PASS", WHOLE), ("INVALID", changed), same_writer=True)
    assert (run.outcome, files) == ("INVALID", changed)


def test_a_file_that_was_kept_earlier_is_not_called_left_out() -> None:
    old = state("running", SNAPSHOT)
    new = RecordedRun(RUN, "smoke", "PASS", 1.0, left_out=(HISTORY, "report.html"))
    result = merged(old, lambda: SNAPSHOT, new, {"metrics.json": b"{}"}, True)
    assert result
    assert result[0].left_out == ("report.html",)
    assert result[1].keys() == {HISTORY, "metrics.json"}
