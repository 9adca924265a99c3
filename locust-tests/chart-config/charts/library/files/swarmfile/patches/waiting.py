"""Says every ten seconds that workers are awaited, where Locust says it each second."""

import logging
import time
from collections.abc import Callable

from swarmfile.run.context import Context

PREFIX = "Waiting for workers to be ready"
EVERY_S = 10.0


def install(context: Context) -> None:  # noqa: ARG001 (every feature is given one)
    """Filters what Locust logs by the root logger; where it says nothing of the kind this does nothing."""
    logging.getLogger().addFilter(Seldom())


class Seldom(logging.Filter):
    """Lets a line pass that says something new, and the same one again after a while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last: tuple[str, float] = ("", 0.0)

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns False for what was said lately."""
        if not str(record.msg).startswith(PREFIX):
            return True
        now, text = self._clock(), record.getMessage()
        if text == self._last[0] and now - self._last[1] < EVERY_S:
            return False
        self._last = (text, now)
        return True
