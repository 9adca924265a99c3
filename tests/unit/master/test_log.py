"""The verdict is logged at once, again where it is not the last thing in the log, and left as a termination message."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from locust.stats import RequestStats

from swarmfile.definition.settings import Mode, Settings
from swarmfile.master.log import LOCUST_LOGGERS, MOST_BYTES, VerdictLog, leave_message, lines, numbers_of
from swarmfile.run.context import Context
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


def left(place: Path, verdict: Verdict, **context: object) -> str:
    """Returns the message after a run of this context was concluded."""
    given = {"settings": Settings(mode=Mode.JOB), "definition": "abc", **context}
    made = Context(**given)  # type: ignore[arg-type]
    leave_message(made, place)
    for listener in made.hooks.concluded:
        listener(SimpleNamespace(verdict=verdict))  # type: ignore[arg-type]
    return place.read_text("utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """As kubelet makes it: empty."""
    place = tmp_path / "termination-log"
    place.touch()
    return place


def test_the_verdict_its_reasons_and_its_warnings_are_left(place: Path) -> None:
    verdict = Verdict("smoke-1", "smoke", Outcome.FAIL, ("p95 is 2 s",), warnings=("a worker was lost",))
    assert left(place, verdict).splitlines() == [
        "swarmfile: verdict FAIL smoke-1",
        "swarmfile: reason: p95 is 2 s",
        "swarmfile: warning: a worker was lost",
    ]


@pytest.mark.parametrize("in_job", [True, False])
def test_the_master_s_own_pod_may_be_the_job_s(place: Path, in_job: bool) -> None:
    verdict = Verdict("smoke-1", "smoke", Outcome.PASS, ())
    assert left(place, verdict, in_job=in_job) == "swarmfile: verdict PASS smoke-1"


def test_a_long_message_is_cut_between_two_characters(place: Path) -> None:
    left(place, Verdict("smoke-1", "smoke", Outcome.FAIL, ("é" * MOST_BYTES,)))
    assert MOST_BYTES - 1 <= len(place.read_bytes()) <= MOST_BYTES


@pytest.mark.parametrize(
    "context", [{"settings": Settings(mode=Mode.DEPLOYMENT)}, {"definition": None}, {"parent_pid": 1}]
)
def test_only_a_jobs_pod_ends_with_its_run(place: Path, context: dict[str, object]) -> None:
    assert left(place, Verdict("smoke-1", "smoke", Outcome.PASS), **context) == ""


def test_where_nobody_made_the_file_nothing_is_left(tmp_path: Path) -> None:
    made = Context(settings=Settings(mode=Mode.JOB), definition="abc")
    leave_message(made, tmp_path / "none")
    assert made.hooks.concluded == []
