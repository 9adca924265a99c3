"""Keeps Python's garbage collector away from what stays for good.

A full collection looks at every object of the process: 45 ms for what Locust and its libraries have made by the time
that a test starts (measured), in which a master answers nobody and a worker's response times grow by as much.
"""

import gc

from lib.context import Context
from lib.listening import quietly
from locust import events


def install(context: Context) -> None:  # noqa: ARG001 - the same for every run
    """Waits until everything is loaded, and nothing of a test is there yet."""
    events.init.add_listener(quietly(lambda **_: spare_what_is_there()))


def spare_what_is_there() -> None:
    """Collects once, and leaves out what is left from all collections to come."""
    gc.collect()
    gc.freeze()
