import logging
from collections.abc import Iterator

import pytest

from swarmfile.credentials.redact import redactor
from swarmfile.evidence.logs import MOST_LINES, Logs, LogTail

logger = logging.getLogger("test-evidence-logs")
SECRET = "c4nary pass"


@pytest.fixture
def tail() -> Iterator[LogTail]:
    handler = LogTail(redactor([SECRET]) or str)
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def texts(lines: list[list[object]]) -> list[object]:
    return [line[1] for line in lines]


def test_warnings_and_errors_are_kept_and_nothing_else(tail: LogTail) -> None:
    logger.info("all is well")
    logger.warning("a %s", "warning")
    logger.error("an error")
    assert [line[:3] for line in tail.take()] == [["WARNING", "a warning", 1], ["ERROR", "an error", 1]]


def test_a_line_that_comes_again_is_counted(tail: LogTail) -> None:
    for _ in range(3):
        logger.warning("again")
    logger.warning("another")
    assert [line[1:3] for line in tail.take()] == [["again", 3], ["another", 1]]
    assert tail.take() == []


def test_only_the_last_lines_are_kept(tail: LogTail) -> None:
    for number in range(MOST_LINES + 10):
        logger.warning("line %d", number)
    assert texts(tail.take()) == [f"line {number}" for number in range(10, MOST_LINES + 10)]


def test_an_exception_is_named(tail: LogTail) -> None:
    try:
        raise ValueError("why")
    except ValueError:
        logger.exception("it failed")
    assert texts(tail.take()) == ["it failed: ValueError('why')"]


def test_a_secret_is_not_kept(tail: LogTail) -> None:
    logger.warning("got %s", SECRET)
    assert texts(tail.take()) == ["got [redacted]"]


def test_a_record_that_cannot_be_written_hurts_nobody(tail: LogTail) -> None:
    tail.handle(logging.LogRecord("x", logging.ERROR, "x.py", 1, "%d", ("no number",), None))
    assert tail.take() == []


def test_the_same_line_of_several_processes_is_one() -> None:
    logs = Logs(LogTail(str))
    logs.add("worker-2", [["WARNING", "slow", 2, 20.0]])
    logs.add("worker-1", [["WARNING", "slow", 1, 30.0], ["ERROR", "dead", 1, 10.0]])
    assert logs.as_dicts() == [
        {"level": "ERROR", "text": "dead", "count": 1, "at": 10.0, "processes": ["worker-1"]},
        {"level": "WARNING", "text": "slow", "count": 3, "at": 30.0, "processes": ["worker-1", "worker-2"]},
    ]


def test_lines_of_many_processes_are_bounded() -> None:
    logs = Logs(LogTail(str))
    for number in range(1000):
        logs.add(f"worker-{number}", [["WARNING", f"line {number}", 1, float(number)]])
    assert [line["text"] for line in logs.as_dicts()][-1] == "line 999"
    assert len(logs.as_dicts()) == 2 * MOST_LINES
