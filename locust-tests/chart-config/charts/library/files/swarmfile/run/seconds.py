"""Places what workers report by their own clocks on the run's seconds, whatever a clock does meanwhile."""

from __future__ import annotations

import math
import time

# Clocks that are kept in step differ by milliseconds, and a report takes that long; beyond this a clock is wrong.
_TOLERANCE_S = 2.0


class RunSeconds:
    """Counts seconds from the whole second in which the run began; the system's clock is read once, at the start."""

    def __init__(self) -> None:
        self._began_at = time.time()
        self._began = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the whole second in which the run began."""
        return self.of_run(time.monotonic() - self._began)

    def of_run(self, elapsed_s: float) -> float:
        """Returns such seconds for a time since the run's very start."""
        return self._began_at - int(self._began_at) + elapsed_s

    def true_span_s(self, span_s: float) -> float:
        """Returns that difference of two of the run's moments; where a clock jumped, the time since its start."""
        since_s = time.monotonic() - self._began
        jumped = abs(time.time() - self._began_at - since_s) > _TOLERANCE_S
        return since_s if jumped or not 0 <= span_s <= since_s + _TOLERANCE_S else span_s

    def second(self, at: float, now_there: float) -> int:
        """Returns the run's second of a moment at a worker whose clock says `now_there`; below 0 before the run."""
        ahead = now_there - (int(self._began_at) + self.elapsed_s)
        wrong = ahead if abs(ahead) > _TOLERANCE_S else 0.0
        return math.floor(at - wrong - int(self._began_at))
