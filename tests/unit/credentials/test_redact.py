import io
import logging
from collections.abc import Iterator

import pytest
from locust.env import Environment
from locust.stats import EntriesDict, RequestStats

from swarmfile.credentials.redact import (
    redact_exceptions,
    redact_failures,
    redact_logs,
    redact_names,
    redactor,
)

redact = redactor(["pa ss/word-1", "YW5uOmNhbmFyeQ=="])
assert redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nothing here", "nothing here"),
        ("got pa ss/word-1!", "got [redacted]!"),
        ("Basic YW5uOmNhbmFyeQ==", "Basic [redacted]"),
        ("https://ann:pa%20ss%2Fword-1@host", "https://ann:[redacted]@host"),
    ],
)
def test_a_secret_disappears_from_a_text(text: str, shown: str) -> None:
    assert redact
    assert redact(text) == shown


def test_short_values_hide_nothing() -> None:
    assert redactor(["test", "demo"]) is None


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("test-redaction")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def test_logs_hide_secrets_in_arguments_and_tracebacks(log: io.StringIO) -> None:
    assert redact
    redact_logs(redact)
    try:
        raise ValueError("pa ss/word-1")
    except ValueError:
        logging.getLogger("test-redaction").exception("got %s", "pa ss/word-1")
    assert "got [redacted]\n" in log.getvalue()
    assert "ValueError: [redacted]" in log.getvalue()
    assert "pa ss" not in log.getvalue()


def test_failures_hide_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    assert redact
    monkeypatch.setattr(RequestStats, "log_error", RequestStats.log_error)
    redact_failures(redact)
    stats = RequestStats()
    stats.log_error("GET", "/", ValueError("answered pa ss/word-1"))
    assert [each.to_name() for each in stats.errors.values()] == ["GET /: ValueError('answered [redacted]')"]


def test_exceptions_hide_secrets() -> None:
    assert redact
    runner = Environment().create_local_runner()
    redact_exceptions(runner, redact)
    runner.log_exception("local", "got pa ss/word-1", "Traceback: pa ss/word-1")
    assert "pa ss" not in str(runner.exceptions)
    assert "[redacted]" in str(runner.exceptions)
    runner.quit()


def test_names_of_requests_hide_secrets_and_are_counted_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    assert redact
    monkeypatch.setattr(RequestStats, "log_error", RequestStats.log_error)
    monkeypatch.setattr(EntriesDict, "__missing__", EntriesDict.__missing__)
    redact_failures(redact)
    redact_names(redact)
    stats, name = RequestStats(), "/a?key=pa+ss%2fword-1"
    for _ in range(2):
        stats.log_request("GET", name, 5, 1)
        stats.log_error("GET", name, ValueError("no"))
    (entry,), (error,) = stats.entries.values(), stats.errors.values()
    assert (entry.name, entry.num_requests, entry.num_failures) == ("/a?key=[redacted]", 2, 2)
    assert (error.name, error.occurrences) == ("/a?key=[redacted]", 2)
    assert [each["name"] for each in stats.serialize_stats()] == ["/a?key=[redacted]"]
