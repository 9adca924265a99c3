from dataclasses import replace

import pytest

from swarmfile.metrics import known as metrics_known
from swarmfile.metrics.snapshot import Snapshot
from tests.unit.metrics.shots import ENDED, SHOT


def told(shot: Snapshot, name: str) -> dict[tuple[str, ...], float]:
    """Label values in the order of label names, and the value."""
    samples = [
        sample for family in metrics_known.families(shot) for sample in family.metric().samples if sample.name == name
    ]
    return {tuple(value for _, value in sorted(sample.labels.items())): sample.value for sample in samples}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("locust_running", {(): 1}),
        ("locust_users", {(): 8}),
        ("locust_requests_fail_ratio", {(): 0.1}),
        ("locust_state", {("running",): 1}),
        ("locust_workers", {(): 1}),
        ("locust_workers_count", {(): 2}),
        ("locust_workers_missing_count", {(): 1}),
        ("locust_worker_detail", {("a_1", "running"): 1, ("b_2", "missing"): 1}),
        ("locust_requests_num_requests", {("GET", "/a"): 8, ("POST", "/b"): 2, ("", "Aggregated"): 10}),
        ("locust_requests_avg_response_time", {("GET", "/a"): 50, ("POST", "/b"): 300, ("", "Aggregated"): 100}),
        ("locust_requests_avg_content_length", {("GET", "/a"): 50, ("POST", "/b"): 50, ("", "Aggregated"): 50}),
        (
            "locust_requests_response_time_percentile_95",
            {("GET", "/a"): 80, ("POST", "/b"): 800, ("", "Aggregated"): 800},
        ),
        ("locust_requests_current_response_time_percentile_95", {(): 700}),
        ("locust_errors", {("HTTP 503", "GET", "/a"): 1}),
    ],
)
def test_the_known_names_are_served(name: str, expected: dict[tuple[str, ...], float]) -> None:
    assert told(SHOT, name) == expected


def test_the_rows_of_the_rate_add_up_to_the_rate() -> None:
    assert sum(told(SHOT, "locust_requests_current_rps").values()) == SHOT.total.rps


def test_after_the_end_nothing_runs() -> None:
    assert told(ENDED, "locust_running") == {(): 0}
    assert told(ENDED, "locust_state") == {("stopped",): 0}


def test_numbers_of_workers_become_labels_only_on_request() -> None:
    assert told(SHOT, "locust_workers_info") == {}
    # By label name: cpu_usage, id, memory_usage, state, user_count.
    assert told(replace(SHOT, workers_info=True), "locust_workers_info") == {
        ("50", "a_1", "1000", "running", "8"): 1,
        ("", "b_2", "", "missing", ""): 1,
    }
