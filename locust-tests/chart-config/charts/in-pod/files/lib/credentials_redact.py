"""Keeps secrets out of logs, failures and exceptions, should a target or a script quote one.

Values shorter than eight characters are left alone: in their place ordinary words would vanish.
"""

import html
import json
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from locust.runners import Runner
from locust.stats import RequestStats, StatsError

SHORTEST = 8
REDACTED = "[redacted]"
Redact = Callable[[str], str]


def redactor(secrets: Iterable[str]) -> Redact | None:
    """Returns what replaces each secret in a text, as it is or as URL, JSON and HTML write it; None without secrets."""
    long_enough = {form for each in secrets if len(each) >= SHORTEST for form in _forms(each)}
    if not long_enough:
        return None
    pattern = re.compile("|".join(re.escape(each) for each in sorted(long_enough, key=len, reverse=True)))
    return lambda text: pattern.sub(REDACTED, text)


def _forms(secret: str) -> tuple[str, ...]:
    return (secret, quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1], html.escape(secret))


_redacts: list[Redact] = []


def remember(redact: Redact) -> None:
    """Lets `known` hide these secrets, too."""
    _redacts.append(redact)


def known(text: str) -> str:
    """Returns the text without any secret that this process was told."""
    for redact in _redacts:
        text = redact(text)
    return text


def redact_failures(redact: Redact) -> None:
    """Lets the statistics of this process keep no secret in a failure's text."""
    original = RequestStats.log_error

    def log_error(self: RequestStats, method: str, name: str, error: Exception | str | None) -> None:
        text = StatsError.parse_error(error)
        redacted = redact(text)
        original(self, method, name, error if redacted == text else redacted)

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
        if record.exc_text:
            record.exc_text = self._redact(record.exc_text)
        return True
