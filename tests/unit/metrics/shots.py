"""A snapshot as a master with two workers tells it in the middle of a run."""

from dataclasses import replace
from typing import Any

from swarmfile.metrics.snapshot import Failure, Row, Snapshot
from swarmfile.stats.values import RecordedValue

STATE: dict[str, Any] = {
    "run": "smoke-1",
    "type": "smoke",
    "state": "running",
    "elapsed_s": 12.5,
    "planned_s": 60,
    "users": 8,
    "planned_users": 10,
    "phase": {"name": "peak", "index": 1, "count": 3, "elapsed_s": 2.5, "duration_s": 20},
    "verdict": None,
    "workers": [
        {"id": "a_1", "state": "running", "users": 8, "cpu_percent": 50, "memory_bytes": 1000, "age_s": 1},
        {"id": "b_2", "state": "missing"},
    ],
}
SHOT = Snapshot(
    state=STATE,
    locust_state="running",
    total=Row("", "Aggregated", 10, 1, 1000.0, 500, 10, 5, 900, 80, 800, 900, 2.0, 0.2, [4, 9]),
    rows=[
        Row("GET", "/a", 8, 1, 400.0, 400, 8, 5, 90, 50, 80, 90, 1.5, 0.2, [4, 8]),
        Row("POST", "/b", 2, 0, 600.0, 100, 2, 100, 900, 100, 800, 900, 0.5, 0.0, [0, 1]),
    ],
    failures=[Failure("GET", "/a", "HTTP 503", 1)],
    values=[RecordedValue("depth", 2, 7.0, 3.0, 4.0, [1, 5], [0, 2])],
    bounds_s=[0.05, 0.5],
    current_p50_ms=60.0,
    current_p95_ms=700.0,
    info={"type": "smoke"},
    started_at=1000.0,
    dropped={"endpoints": 3},
    standings=[
        {"assertion": "p95", "value": 80, "threshold": 500, "state": "held"},
        {"assertion": 'error rate during "peak"', "value": None, "threshold": 0.01, "state": "unknown"},
    ],
    generators={"a_1": {"cpu": 0.95, "throttled": 0.25, "lag_s": 0.07, "saturated_s": 3}},
)
ENDED = replace(
    SHOT,
    locust_state="stopped",
    ended_at=1060.0,
    state={
        **STATE,
        "state": "stopped",
        "phase": None,
        "verdict": {
            "outcome": "FAIL",
            "assertions": [{"assertion": "p95", "value": 800, "threshold": 500, "state": "broken"}],
        },
    },
)
