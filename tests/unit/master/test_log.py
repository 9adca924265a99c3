"""The verdict is logged at once, and again where it is not the last thing in the log."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from locust.stats import RequestStats

from swarmfile.master.log import LOCUST_LOGGERS, VerdictLog, lines, numbers_of
from swarmfile.run.finished import Cause, Concluded, Run
from swarmfile.verdict import Outcome, Verdict

ARun = Callable[..., Run]


@pytest.fixture
def log() -> Iterator[VerdictLog]:
    """Leaves no handler behind."""
    made = VerdictLog()
    yield made
    for name in (None, *LOCUST_LOGGERS):
        logging.getLogger(name).removeHandler(made.listener)


def test_it_is_not_said_twice_where_nothing_came_between(log: VerdictLog, caplog: pytest.LogCaptureFixture) -> None:
    log.say(["verdict"])
    log.repeat()
    assert caplog.messages == ["verdict"]


@pytest.mark.parametrize("name", [None, "swarmfile", "locust.main", "locust.stats_logger"])
def test_it_is_said_once_more_after_whatever_was_logged(
    log: VerdictLog, caplog: pytest.LogCaptureFixture, name: str | None
) -> None:
    log.say(["verdict"])
    logging.getLogger(name).warning("shutting down")
    for _ in range(2):
        log.repeat()
    assert [message for message in caplog.messages if message != "shutting down"] == ["verdict", "verdict"]


def test_a_process_without_a_verdict_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    VerdictLog().repeat()
    assert caplog.messages == []


def test_reasons_warnings_and_numbers_follow_the_verdict(a_run: ARun) -> None:
    stats = RequestStats()
    for milliseconds in (10, 20):
        stats.log_request("GET", "/", milliseconds, 1)
    stats.log_error("GET", "/", "refused")
    verdict = Verdict("smoke-1", "smoke", Outcome.FAIL, ("p95 was 20 ms",), warnings=("a worker was lost",))
    said = lines(Concluded(replace(a_run(), stats=stats), verdict))
    assert said[:3] == [
        "swarmfile: verdict FAIL smoke-1",
        "swarmfile: reason: p95 was 20 ms",
        "swarmfile: warning: a worker was lost",
    ]
    assert said[3].startswith("swarmfile: numbers: 2 requests, ")
    assert said[3].endswith(" requests/s, p95 20 ms, 1 failed (50.00%)")


TOTALS = {"requests": 1234, "failures": 2, "requests_per_s": 5.678, "percentiles_ms": {"p95": 1043.0}}


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        ({"totals": TOTALS}, "1,234 requests, 5.7 requests/s, p95 1,043 ms, 2 failed (0.16%)"),
        ({"totals": {**TOTALS, "requests": 0}}, "no requests"),
        ({}, ""),
        ([], ""),
        ({"totals": {**TOTALS, "failures": "many"}}, ""),
        (None, ""),
    ],
    ids=["kept", "none", "no totals", "no mapping", "damaged", "no file"],
)
def test_the_numbers_of_an_earlier_process_are_read_from_its_files(
    a_run: ARun, tmp_path: Path, content: object, numbers: str
) -> None:
    if content is not None:
        (tmp_path / "metrics.json").write_text(json.dumps(content))
    assert numbers_of(replace(a_run(), folder=tmp_path, cause=Cause.RESTARTED)) == numbers
