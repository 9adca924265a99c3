"""Waits for what other processes do."""

import time
from collections.abc import Callable
from typing import TypeVar

# Two busy cores start a process in seconds.
PATIENCE_S = 60.0
T = TypeVar("T")


def wait_until(
    look: Callable[[], T | None], what: Callable[[], str], patience_s: float = PATIENCE_S, poll_s: float = 0.05
) -> T:
    """Returns the first answer that is not empty. Raises AssertionError saying what was awaited."""
    limit_s = time.monotonic() + patience_s
    while not (found := look()):
        assert time.monotonic() < limit_s, f"waited {patience_s:.0f} s in vain: {what()}"
        time.sleep(poll_s)
    return found
