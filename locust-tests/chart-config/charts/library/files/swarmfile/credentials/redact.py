"""Keeps secrets out of logs, failures and exceptions, should a target or a script quote one."""

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from locust.runners import Runner
from locust.stats import EntriesDict, RequestStats, StatsEntry, StatsError

from swarmfile.credentials.forms import pattern_of

REDACTED = "[redacted]"
# A failure's text or a request's name; they repeat by the thousand, and a long text is searched once.
_SHORT = 2000
Redact = Callable[[str], str]


def redactor(secrets: Iterable[str]) -> Redact | None:
    """Returns what replaces each secret in a text, in all its forms; None without secrets."""
    pattern = pattern_of(secrets)
    if pattern is None:
        return None

    def search(text: str) -> str:
        return pattern.sub(REDACTED, text)

    remembered = lru_cache(1024)(search)
    return lambda text: remembered(text) if len(text) <= _SHORT else search(text)


def redact_names(redact: Redact) -> None:
    """Lets the statistics of this process show no secret in a request's name; each name is looked at once."""
    original = EntriesDict.__missing__

    def missing(self: EntriesDict, key: tuple[str, str]) -> StatsEntry:
        entry: StatsEntry = original(self, key)
        # It is still found by the name that the script gives.
        entry.name = redact(str(entry.name))
        return entry

    EntriesDict.__missing__ = missing  # type: ignore[method-assign]


def redact_failures(redact: Redact) -> None:
    """Lets the statistics of this process keep no secret in a failure's text and name."""
    original = RequestStats.log_error

    def log_error(self: RequestStats, method: str, name: str, error: Exception | str | None) -> None:
        text = StatsError.parse_error(error)
        redacted = redact(text)
        error = error if redacted == text else redacted
        original(self, method, name, error)
        if (shown := redact(str(name))) != name:
            self.errors[StatsError.create_key(method, name, error)].name = shown

    RequestStats.log_error = log_error  # type: ignore[method-assign]


def redact_exceptions(runner: Runner, redact: Redact) -> None:
    """Lets the runner that collects exceptions keep no secret in their texts."""
    original = runner.log_exception

    def log_exception(node_id: str, msg: str, formatted_tb: str) -> None:
        original(node_id, redact(msg), redact(formatted_tb))

    runner.log_exception = log_exception  # type: ignore[method-assign]


def redact_logs(redact: Redact) -> None:
    """Lets no handler that exists now write a secret."""
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.Logger.manager.loggerDict)]
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        handler.addFilter(LogFilter(redact))


class LogFilter(logging.Filter):
    """Redacts a record's message and traceback before it is formatted."""

    def __init__(self, redact: Redact) -> None:
        super().__init__()
        self._redact = redact

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes the record and lets it pass."""
        message: Any = record.getMessage()
        record.msg, record.args = self._redact(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        for name in ("exc_text", "stack_info"):
            if text := getattr(record, name):
                setattr(record, name, self._redact(text))
        return True
