"""Swarmfile: Locust performance tests on Kubernetes as Helmfile environments, judged PASS, FAIL or INVALID.

What a script needs is importable from here: `from swarmfile import SwarmHttpUser, record`. It is loaded when it is
asked for: neither the command line nor the sidecar imports Locust by importing this package.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from swarmfile.clients.counted import counted
    from swarmfile.clients.kind import awaited, traceparent
    from swarmfile.http.user import SwarmHttpUser
    from swarmfile.stats.values import record

__all__ = ["SwarmHttpUser", "awaited", "counted", "record", "traceparent"]

_PLACES = {
    "SwarmHttpUser": "swarmfile.http.user",
    "awaited": "swarmfile.clients.kind",
    "counted": "swarmfile.clients.counted",
    "record": "swarmfile.stats.values",
    "traceparent": "swarmfile.clients.kind",
}


def __getattr__(name: str) -> object:
    """Returns what a script imports from the package. Raises AttributeError for any other name."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
