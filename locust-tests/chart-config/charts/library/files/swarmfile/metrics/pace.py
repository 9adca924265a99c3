"""When a page is worth making: shortly before the next scrape, which who scrapes regularly lets foresee."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

# Long enough to ask and to render; shorter than the pause between two pages, or each scrape would cost two of them.
LEAD_S = 0.9
# Between two pages.
INTERVAL_S = 1.0
# Nobody comes any more: three scrapes are missing, and so many seconds.
GONE_S = 60.0


class Pace:
    """Learns from the last scrapes; moments in seconds of one clock."""

    def __init__(self) -> None:
        self._scrapes: deque[float] = deque(maxlen=4)

    def scraped(self, now_s: float) -> None:
        """Somebody scrapes."""
        self._scrapes.append(now_s)

    def wants_page(self, now_s: float, made_s: float) -> bool:
        """Returns whether a page is to be made, where the last one was made at `made_s`.

        Several who scrape are foreseen by the shortest of the last gaps: too often rather than too late.
        """
        times = list(self._scrapes)
        if not times:
            return False
        gaps = [later - before for before, later in pairwise(times)] or [0.0]
        silent_s = now_s - times[-1]
        is_gone = silent_s > max(GONE_S, 3 * max(gaps))
        return not is_gone and silent_s >= min(gaps) - LEAD_S and now_s - made_s >= INTERVAL_S
