"""Keeps Python's garbage collector away from what stays for good.

A full collection looks at every object of the process: 45 ms for what Locust and its libraries have made by the time
that a test starts, 15 ms more for the statistics of 1,000 endpoints (measured). A master answers nobody meanwhile, and
a worker's response times grow by as much.
"""

import gc

from locust import events

from swarmfile.listeners import quietly
from swarmfile.run.context import Context
from swarmfile.run.live import LiveRun

# So many endpoints more than twice those of the last time, and their statistics are spared, too.
WORTH_IT = 100


def install(context: Context) -> None:
    """Waits until everything is loaded, and in the process that leads for statistics to come."""
    events.init.add_listener(quietly(lambda **_: spare_what_is_there()))
    context.hooks.second.append(Endpoints().look)


def spare_what_is_there() -> None:
    """Collects once, and leaves out what is left from all collections to come."""
    gc.collect()
    gc.freeze()


class Endpoints:
    """Those whose statistics are spared: of 1,000 all are after four looks that found many new ones."""

    def __init__(self) -> None:
        self._spared = 0

    def look(self, live: LiveRun) -> None:
        """Spares what is there if there is much more. Without a collection: what little garbage there is may stay."""
        known = len(live.environment.stats.entries)
        if known >= 2 * self._spared + WORTH_IT:
            self._spared = known
            gc.freeze()
