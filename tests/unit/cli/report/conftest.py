"""A results folder as a run leaves it, small enough to read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COLUMNS = ["at_s", "planned", "present", "workers", "requests", "failures", "p50_ms", "p95_ms", "p99_ms"]
NUMBERS: dict[str, Any] = {
    "requests": 40,
    "failures": 4,
    "average_ms": 12.5,
    "maximum_ms": 900.25,
    "percentiles_ms": {"p50": 10.0, "p95": 250.0, "p99": 900.0},
    "requests_per_s": 20.0,
    "failures_per_s": 2.0,
    "error_rate": 0.1,
}
METRICS: dict[str, Any] = {
    "run": "smoke-1",
    "type": "smoke",
    "started_at": 1000.0,
    "elapsed_s": 3.9,
    "planned_s": 4.0,
    "ended": "completed",
    "host": "http://shop.test",
    "note": "a note",
    "tags": {"branch": "main"},
    "totals": NUMBERS,
    "endpoints": [{"name": "/cart", "method": "GET", **NUMBERS}, {"name": "/<b>", "method": None, **NUMBERS}],
    "failures": [
        {"method": "GET", "name": "/cart", "error": "few", "occurrences": 1},
        {"method": "GET", "name": "/cart", "error": "many", "occurrences": 3},
    ],
    "load": {"planned_users": 5, "peak_users": 4},
    "workers": [
        {"id": "worker-1", "reported": True, "missing": False},
        {"id": "worker-2", "reported": False, "missing": True},
    ],
    "versions": {"locust": "2.47.0", "swarmfile": None},
    "digests": {"script": "abc"},
    "settings": {"type": "smoke", "assertions": {"criteria": ["p95 < 1s"]}},
    "evidence": [
        {
            "method": "GET",
            "name": "/cart",
            "cause": "many",
            "at": 1001.0,
            "time_ms": 900.25,
            "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
            "url": "http://shop.test/cart",
            "request": {"headers": [["Accept", "*/*"]], "body": ""},
            "response": {"status": 500, "headers": [["Server", "demo"]], "body": "</pre><script>alert(1)</script>"},
        }
    ],
    "logs": [{"level": "WARNING", "text": "slow", "count": 2, "at": 1001.0, "processes": ["worker-1"]}],
    "timeline": {
        "step_s": 1,
        "phases": [{"name": "ramp", "start_s": 0.0, "end_s": 2.0}, {"name": "peak", "start_s": 2.0, "end_s": 3.9}],
        "columns": COLUMNS,
        "rows": [
            [0.0, 1, 0, 1, 0, 0, None, None, None],
            [0.8, 3, 3, 2, 10, 1, 10.0, 200.0, 300.0],
            [1.8, 5, 4, 2, 0, 0, None, None, None],
            [2.8, 5, 4, 2, 30, 3, 10.0, 250.0, 900.0],
        ],
    },
}
VERDICT: dict[str, Any] = {
    "run": "smoke-1",
    "type": "smoke",
    "outcome": "FAIL",
    "exitCode": 1,
    "reasons": ["p95 was 250 ms & above <100 ms>"],
    "warnings": ["p99 was high"],
    "assertions": [{"assertion": "p95 < 100ms", "value": 250.0, "threshold": 100.0, "state": "broken"}],
}
STATE = {
    "run": "smoke-1",
    "type": "smoke",
    "state": "running",
    "requests": 7,
    "failures": 0,
    "p95_ms": None,
    "users": 3,
    "planned_users": 5,
    "elapsed_s": 20.0,
}
HISTORY = (
    "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,95%,99%\n"
    "1000,0,,Aggregated,0.0,0.0,N/A,N/A,N/A\n"
    "1002,3,,Aggregated,5.5,0.5,10,20,30\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes a folder of these files: by name a text or what becomes JSON."""

    def write(**files: object) -> Path:
        for name, content in files.items():
            stem, _, ending = name.rpartition("_")
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / f"{stem}.{ending}").write_text(text)
        return tmp_path

    return write
