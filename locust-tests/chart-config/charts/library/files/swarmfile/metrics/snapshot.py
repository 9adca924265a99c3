"""What the master tells the exporter by the plugin's route: one look at a run, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

from swarmfile.run.state import METRICS_ROUTE
from swarmfile.stats.values import RecordedValue
from swarmfile.untrusted.neighbour import get_json

# Some thousand endpoints with their buckets.
MOST_BYTES = 32 * 2**20
OTHER = "(other)"


@dataclass(frozen=True)
class Row:
    """One endpoint, or all requests (method "", name "Aggregated"). Times in ms, rates per second.

    timed: the requests that have a response time; buckets: how many of those lie at or below each of the bounds
    """

    method: str
    name: str
    requests: int = 0
    failures: int = 0
    total_ms: float = 0.0
    content_bytes: int = 0
    timed: int = 0
    minimum_ms: float = 0.0
    maximum_ms: float = 0.0
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    rps: float = 0.0
    fail_per_s: float = 0.0
    buckets: Sequence[int] = ()

    def wire(self) -> list[Any]:
        """Returns what JSON carries; `Row(*…)` reads it."""
        return list(vars(self).values())

    @property
    def average_ms(self) -> float:
        """The mean response time, 0 where nothing was timed, as Locust has it."""
        return self.total_ms / self.timed if self.timed else 0.0

    @property
    def average_bytes(self) -> float:
        """The mean content length."""
        return self.content_bytes / self.requests if self.requests else 0.0


@dataclass(frozen=True)
class Failure:
    """How often an endpoint failed for one cause."""

    method: str
    name: str
    cause: str
    count: int


@dataclass(frozen=True)
class Snapshot:
    """state: the answer of GET /swarmfile/state; info: what is said of the run in labels.

    bounds_s: of every row's buckets, empty where the master has no plugin and so no histograms
    current_p50_ms, current_p95_ms: over the last ten seconds; None while nothing runs
    dropped: how many endpoints, causes, values are not told by themselves
    standings: each assertion with value, threshold and state while the run goes on, as a verdict tells them
    generators: by worker cpu and throttled (shares), lag_s of its last second, and saturated_s of the run
    """

    state: Mapping[str, Any]
    locust_state: str
    total: Row
    rows: Sequence[Row] = ()
    failures: Sequence[Failure] = ()
    values: Sequence[RecordedValue] = ()
    bounds_s: Sequence[float] = ()
    current_p50_ms: float | None = None
    current_p95_ms: float | None = None
    info: Mapping[str, str] = field(default_factory=dict)
    started_at: float | None = None
    ended_at: float | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    standings: Sequence[Mapping[str, Any]] = ()
    generators: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    workers_info: bool = False

    @property
    def run(self) -> str:
        """The run's id; empty where the master has no plugin."""
        return str(self.state.get("run") or "")

    @property
    def is_live(self) -> bool:
        """Whether load runs or spawns now."""
        return self.locust_state in ("running", "spawning")


def read(content: Mapping[str, Any]) -> Snapshot:
    """Returns the snapshot that the master's JSON describes. Raises KeyError and TypeError on anything else."""
    known = {
        **content,
        "total": Row(*content["total"]),
        "rows": [Row(*row) for row in content["rows"]],
        "failures": [Failure(*failure) for failure in content["failures"]],
        "values": [RecordedValue(*value) for value in content["values"]],
    }
    return Snapshot(**known)


class NoAnswerError(Exception):
    """The master told nothing that is a snapshot; says why."""


def ask(master: str) -> Snapshot:
    """Returns what the master at this address tells now. Raises NoAnswerError."""
    url = master + METRICS_ROUTE
    try:
        return read(get_json(url, MOST_BYTES))
    except HTTPError as error:
        raise NoAnswerError(f"{url} answered {error.code}") from None
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise NoAnswerError(f"{url}: {error!r}") from None
