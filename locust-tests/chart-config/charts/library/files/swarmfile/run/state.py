"""What GET /swarmfile/state answers: the master writes it, sidecars and command lines read it, each without Locust."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from swarmfile.untrusted.json_fields import Fields
from swarmfile.untrusted.run_name import is_run_name

ROUTE = "/swarmfile/state"
# What the exporter reads.
METRICS_ROUTE = "/swarmfile/metrics"
# Of the sidecar: whether the run may put its target under load.
GUARD_ROUTE = "/guard"
# Some thousand workers take this much.
MOST_ANSWER_BYTES = 4 * 1024 * 1024


class RunState(StrEnum):
    """What a run is about to do or does."""

    STARTING = "starting"  # the master does not answer yet, and so never says it
    READY = "ready"  # to be started in the web UI
    WAITING = "waiting"  # for workers
    SPAWNING = "spawning"
    RUNNING = "running"
    STOPPING = "stopping"  # last reports are awaited
    STOPPED = "stopped"

    @property
    def has_begun(self) -> bool:
        """Whether there is a load, or was one."""
        return self not in (RunState.STARTING, RunState.READY, RunState.WAITING)


@dataclass(frozen=True)
class State:
    """One moment of a run. Times in seconds or milliseconds as the names say; None: not known, or without end.

    rps, fail_per_s: current while it runs, of the whole run after that
    workers: each with id, state, users, cpu_percent and memory_bytes
    """

    run: str = ""
    type: str = ""
    state: RunState = RunState.READY
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


def parse(answer: object) -> State:
    """Reads the route's JSON, which a script can write, too; what this version does not know is left out.

    Raises ValueError for a field of the wrong type and a state that is none.
    """
    fields = Fields.of(answer, "the master's answer")
    workers = tuple(_numbered(Fields.of(each, "a worker"), *_OF_WORKER) for each in fields.each("workers"))
    given = {**_numbered(fields, *_OF_STATE), "workers": workers}
    if given.get("run") and not is_run_name(given["run"]):
        raise ValueError(f"{given['run'][:60]!r} is no name of a run")
    if "state" in given:
        given["state"] = RunState(given["state"])
    for name, parts in (("phase", _OF_PHASE), ("arrivals", _OF_ARRIVALS)):
        if fields.content.get(name) is not None:
            given[name] = _numbered(fields.mapping(name), *parts)
    if fields.content.get("verdict") is not None:
        given["verdict"] = fields.mapping("verdict").content
    return State(**given)


# Texts first, then numbers, then whole numbers.
_Names = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
_OF_STATE: _Names = (
    ("run", "type", "state", "results"),
    ("elapsed_s", "planned_s", "rps", "fail_per_s", "p50_ms", "p95_ms"),
    ("users", "planned_users", "requests", "failures"),
)
_OF_PHASE: _Names = (("name",), ("elapsed_s", "duration_s"), ("index", "count"))
_OF_ARRIVALS: _Names = ((), ("rate_per_s",), ("planned", "begun", "dropped", "unfinished"))
_OF_WORKER: _Names = (("id", "state"), ("cpu_percent", "memory_bytes"), ("users",))


def _numbered(fields: Fields, texts: Iterable[str], numbers: Iterable[str], counts: Iterable[str]) -> dict[str, Any]:
    """Returns those of the fields that are given."""
    read = (
        dict.fromkeys(texts, fields.text) | dict.fromkeys(numbers, fields.number) | dict.fromkeys(counts, fields.count)
    )
    return {name: get(name) for name, get in read.items() if fields.content.get(name) is not None}
