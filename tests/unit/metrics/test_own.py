from dataclasses import replace

import pytest

from swarmfile.metrics import own as metrics_own
from swarmfile.metrics.snapshot import Snapshot
from tests.unit.metrics.shots import ENDED, SHOT


def told(shot: Snapshot) -> dict[str, dict[tuple[str, ...], float]]:
    """By sample name: label values without the run, in the order of label names, and the value."""
    samples: dict[str, dict[tuple[str, ...], float]] = {}
    for family in metrics_own.families(shot):
        for sample in family.metric().samples:
            assert sample.labels["run"] == "smoke-1"
            labels = tuple(value for name, value in sorted(sample.labels.items()) if name != "run")
            assert labels not in samples.setdefault(sample.name, {})
            samples[sample.name][labels] = sample.value
    return samples


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("swarmfile_users", {(): 8}),
        ("swarmfile_users_planned", {(): 10}),
        ("swarmfile_requests_total", {("GET", "/a"): 8, ("POST", "/b"): 2}),
        ("swarmfile_failures_total", {("HTTP 503", "GET", "/a"): 1}),
        ("swarmfile_request_duration_seconds_sum", {("GET", "/a"): 0.4, ("POST", "/b"): 0.6}),
        ("swarmfile_request_duration_seconds_count", {("GET", "/a"): 8, ("POST", "/b"): 2}),
        ("swarmfile_value_bucket", {("1.0", "depth"): 0, ("5.0", "depth"): 2, ("+Inf", "depth"): 2}),
        ("swarmfile_value_sum", {("depth",): 7.0}),
        ("swarmfile_labels_dropped", {("endpoints",): 3}),
        ("swarmfile_workers", {("running",): 1, ("missing",): 1}),
        ("swarmfile_worker_cpu_ratio", {("a", "a_1"): 0.5}),
        ("swarmfile_worker_saturated_seconds_total", {("a", "a_1"): 3}),
        ("swarmfile_worker_busy_ratio", {("a", "a_1"): 0.95}),
        ("swarmfile_worker_loop_lag_seconds", {("a", "a_1"): 0.07}),
        ("swarmfile_worker_throttled_ratio", {("a", "a_1"): 0.25}),
        ("swarmfile_assertion_value", {("p95",): 80}),
        ("swarmfile_assertion_threshold", {("p95",): 500, ('error rate during "peak"',): 0.01}),
        ("swarmfile_phase_index", {("peak",): 1}),
        ("swarmfile_run_start_timestamp_seconds", {(): 1000}),
    ],
)
def test_a_run_is_told(name: str, expected: dict[tuple[str, ...], float]) -> None:
    assert told(SHOT)[name] == expected


def test_arrivals_are_told_where_the_load_is_a_rate() -> None:
    counts = {"planned": 900, "begun": 880, "dropped": 20, "unfinished": 3, "rate_per_s": 12.5}
    samples = told(replace(SHOT, state={**SHOT.state, "arrivals": counts}))
    found = [samples[f"swarmfile_arrivals{name}_total"] for name in ("", "_planned", "_dropped")]
    assert found == [{(): 880}, {(): 900}, {(): 20}]
    assert "swarmfile_arrivals_total" not in told(SHOT)


def test_a_worker_that_told_its_node_is_known_by_it() -> None:
    state = dict(SHOT.state) | {"workers": [SHOT.state["workers"][0] | {"node": "n1"}]}
    numbers = told(replace(SHOT, state=state))
    assert numbers["swarmfile_worker_users"] == {("n1", "a_1"): 8}
    assert numbers["swarmfile_worker_busy_ratio"] == {("n1", "a_1"): 0.95}


def test_histograms_end_with_all_that_was_timed() -> None:
    buckets = told(SHOT)["swarmfile_request_duration_seconds_bucket"]
    assert {labels: count for labels, count in buckets.items() if "/b" in labels} == {
        ("0.05", "POST", "/b"): 0,
        ("0.5", "POST", "/b"): 1,
        ("+Inf", "POST", "/b"): 2,
    }


def test_an_assertion_has_one_state_while_the_run_goes_on() -> None:
    states = told(SHOT)["swarmfile_assertion_state"]
    assert {labels for labels, value in states.items() if value} == {
        ("p95", "held"),
        ('error rate during "peak"', "unknown"),
    }
    assert len(states) == 6


def test_the_end_is_absent_until_it_came() -> None:
    assert not {"swarmfile_run_end_timestamp_seconds", "swarmfile_verdict"} & told(SHOT).keys()
    ended = told(ENDED)
    assert ended["swarmfile_run_end_timestamp_seconds"] == {(): 1060}
    assert ended["swarmfile_verdict"] == {("PASS",): 0, ("FAIL",): 1, ("INVALID",): 0}
    assert ended["swarmfile_assertion_value"] == {("p95",): 800}
    assert ended["swarmfile_assertion_state"] == {("p95", "held"): 0, ("p95", "broken"): 1, ("p95", "unknown"): 0}
    assert "swarmfile_phase_index" not in ended
