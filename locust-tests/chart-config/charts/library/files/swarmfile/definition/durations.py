"""Reads and writes durations as Locust does."""

from __future__ import annotations

import re

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?|(\d+)")


def seconds(value: object) -> int:
    """Returns whole seconds of 90, "90", "90s", "2m" or "1h30m". Raises ValueError with an example."""
    text = str(value)
    found = _DURATION.fullmatch(text)
    if isinstance(value, bool) or not found or not any(found.groups()):
        raise ValueError(f"{text!r} is not a duration; write for example 90, 2m or 1h30m")
    hours, minutes, rest, alone = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + rest + alone


def text(seconds: float) -> str:
    """Returns seconds as Locust writes them: 1h30m, 2m, 90s as 1m30s."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return "".join(f"{amount}{unit}" for amount, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if amount) or "0s"
