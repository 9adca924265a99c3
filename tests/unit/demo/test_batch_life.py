"""A batch goes through its states in time."""

from dataclasses import replace

import pytest

from demo.batch_input import Line, LineError
from demo.batch_life import Batch, Plan, Status

LINES = tuple(Line(f"line-{number}", "m") for number in range(10))
BATCH = Batch("batch_1", "/v1/chat/completions", "file-1", None, 1000.0, Plan(duration_s=10), LINES, frozenset())


@pytest.mark.parametrize(
    ("after_s", "status", "done"),
    [
        (0, Status.VALIDATING, 0),
        (0.9, Status.VALIDATING, 0),
        (1, Status.IN_PROGRESS, 0),
        (5, Status.IN_PROGRESS, 5),
        (9, Status.FINALIZING, 10),
        (10, Status.COMPLETED, 10),
        (1e6, Status.COMPLETED, 10),
    ],
)
def test_a_batch_that_works(after_s: float, status: Status, done: int) -> None:
    assert (BATCH.status(1000 + after_s), BATCH.lines_done(1000 + after_s)) == (status, done)


@pytest.mark.parametrize(("after_s", "status"), [(0, Status.VALIDATING), (1, Status.FAILED), (99, Status.FAILED)])
def test_a_batch_with_bad_lines_fails_when_it_was_validated(after_s: float, status: Status) -> None:
    assert replace(BATCH, errors=(LineError("x", "y"),)).status(1000 + after_s) is status


@pytest.mark.parametrize(
    ("after_s", "status", "done"), [(4, Status.IN_PROGRESS, 3), (5, Status.EXPIRED, 5), (99, Status.EXPIRED, 5)]
)
def test_a_batch_that_outlasts_its_window_expires_with_what_was_done(after_s: float, status: Status, done: int) -> None:
    short = replace(BATCH, plan=Plan(duration_s=10, window_s=5))
    assert (short.status(1000 + after_s), short.lines_done(1000 + after_s)) == (status, done)


@pytest.mark.parametrize(
    ("after_s", "status"), [(4, Status.CANCELLING), (4.9, Status.CANCELLING), (5, Status.CANCELLED)]
)
def test_a_cancelled_batch_keeps_what_was_done(after_s: float, status: Status) -> None:
    cancelled = BATCH.cancel(1004).cancel(1004.5)
    assert (cancelled.status(1000 + after_s), cancelled.lines_done(1099)) == (status, 3)


def test_what_has_ended_cannot_be_cancelled() -> None:
    with pytest.raises(ValueError, match="completed"):
        BATCH.cancel(1010)


def test_a_batch_may_take_no_time_at_all() -> None:
    assert replace(BATCH, plan=Plan(duration_s=0)).status(1000) is Status.COMPLETED
