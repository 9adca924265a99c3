import json
from typing import Any

import pytest

from swarmfile.run.state import parse
from swarmfile.sidecar.head import NotARunError, final, snapshot

VERDICT = {"run": "smoke-1", "type": "smoke", "outcome": "FAIL", "reasons": ["p95 was slow"]}
TOTALS = {"requests": 10, "failures": 2, "percentiles_ms": {"p95": 99}, "requests_per_s": 1.5}


def files(**contents: object) -> dict[str, bytes]:
    return {f"{name}.json": json.dumps(content).encode() for name, content in contents.items()}


def test_the_numbers_are_those_of_the_metrics() -> None:
    run = final("smoke-1", files(verdict=VERDICT, metrics={"totals": TOTALS, "tags": {"a": "b"}, "note": "n"}), 1.0)
    assert (run.run, run.type, run.outcome, run.at, run.reasons) == ("smoke-1", "smoke", "FAIL", 1.0, ("p95 was slow",))
    assert (run.requests, run.failures, run.p95_ms, run.rate, run.tags, run.note) == (10, 2, 99, 1.5, {"a": "b"}, "n")


def test_without_metrics_they_are_those_of_the_last_state() -> None:
    state = {"run": "smoke-1", "type": "smoke", "requests": 7, "failures": 1, "p95_ms": 12.5, "rps": 3.0}
    run = final("smoke-1", files(verdict=VERDICT, state=state), 1.0)
    assert (run.requests, run.failures, run.p95_ms, run.rate) == (7, 1, 12.5, 3.0)
    assert snapshot(parse(state)).outcome == "running"


@pytest.mark.parametrize("metrics", [[], 7, {"totals": 7}, {"totals": {"requests": "many", "percentiles_ms": []}}])
def test_metrics_that_are_none_say_nothing(metrics: object) -> None:
    run = final("smoke-1", files(verdict=VERDICT, metrics=metrics), 1.0)
    assert (run.requests, run.p95_ms, run.rate) == (0, None, None)


@pytest.mark.parametrize("change", [{"run": "smoke-2"}, {"outcome": "BEST"}, {"outcome": []}, {"run": None}])
def test_a_verdict_of_something_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(NotARunError, match=r"verdict\.json does not hold the verdict of smoke-1"):
        final("smoke-1", files(verdict=VERDICT | change), 1.0)
