"""What GET /swarmfile/state answers: the master writes it, sidecars and command lines read it, each without Locust."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

ROUTE = "/swarmfile/state"
# Before a load runs: the master does not answer yet, waits for the web UI, waits for workers.
NOT_YET = ("starting", "ready", "waiting")


@dataclass(frozen=True)
class State:
    """One moment of a run. Times in seconds or milliseconds as the names say; None: not known, or without end.

    state: ready, waiting (for workers), spawning, running, stopping (last reports are awaited) or stopped
    rps, fail_per_s: of now while it runs, of the whole run after that
    workers: each with id, state, users, cpu_percent and memory_bytes
    """

    run: str = ""
    type: str = ""
    state: str = "ready"
    elapsed_s: float = 0.0
    planned_s: float | None = None
    users: int = 0
    planned_users: int = 0
    rps: float = 0.0
    fail_per_s: float = 0.0
    requests: int = 0
    failures: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    phase: Mapping[str, Any] | None = None
    arrivals: Mapping[str, Any] | None = None
    workers: tuple[Mapping[str, Any], ...] = ()
    results: str = ""
    verdict: Mapping[str, Any] | None = None

    @property
    def failure_share(self) -> float:
        """Failed requests as a share of all, 0 to 1."""
        return self.failures / self.requests if self.requests else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds until the planned end, None where the run has none."""
        return None if self.planned_s is None else max(0.0, self.planned_s - self.elapsed_s)


def parse(answer: Mapping[str, Any]) -> State:
    """Reads the route's JSON; what this version does not know is left out."""
    known = {field.name for field in fields(State)}
    given = {key: value for key, value in answer.items() if key in known and value is not None}
    return State(**{**given, "workers": tuple(given.get("workers", ()))})
