"""How the report writes numbers: a thousand as 1,000, and not more digits than anybody reads."""

import time
from typing import TypeGuard


def number(value: float | None) -> str:
    """Returns three digits, or all of a larger number; a dash for None."""
    if not _is_number(value):
        return "-"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def milliseconds(value: float | None) -> str:
    """Returns a response time with its unit."""
    return f"{number(value)} ms" if _is_number(value) else "-"


def share(value: float | None) -> str:
    """Returns a share as percentage."""
    return f"{number(value * 100)} %" if _is_number(value) else "-"


def clock(seconds: float | None) -> str:
    """Returns a time since the start: 0:05, 12:00, 3:00:00."""
    if not _is_number(seconds):
        return "-"
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def moment(at: float | None) -> str:
    """Returns date and time in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at)) if _is_number(at) else "-"


def _is_number(value: object) -> TypeGuard[float]:
    """Also says no to what a template does not find."""
    return isinstance(value, int | float)
