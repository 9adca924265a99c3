"""What is polled and what is downloaded agree with each other."""

import json
from dataclasses import replace
from typing import Any

import pytest

from demo.batch_input import ENDPOINTS, Line, LineError
from demo.batch_life import Batch, Plan
from demo.batch_output import batch_object, result_files

LINES = tuple(Line(f"line-{number}", "m") for number in range(10))
BATCH = Batch("batch_1", ENDPOINTS[0], "file-1", None, 1000.0, Plan(duration_s=10), LINES, frozenset({2, 8}))
EXPIRING = replace(BATCH, plan=Plan(duration_s=10, window_s=5))


def rows(text: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def seen(batch: Batch, after_s: float) -> dict[str, Any]:
    return batch_object(batch, 1000 + after_s, None, None)


@pytest.mark.parametrize(
    ("batch", "completed", "failed"), [(BATCH, 8, 2), (EXPIRING, 4, 6), (BATCH.cancel(1004), 2, 8)]
)
def test_the_counts_are_the_files_lines_and_each_line_is_in_one(batch: Batch, completed: int, failed: int) -> None:
    output, errors = (rows(text) for text in result_files(batch, 1099))
    assert seen(batch, 99)["request_counts"] == {"total": 10, "completed": completed, "failed": failed}
    assert (len(output), len(errors)) == (completed, failed)
    assert sorted(each["custom_id"] for each in output + errors) == [line.custom_id for line in LINES]


def test_an_answer_a_failure_and_a_line_that_never_ran_have_their_shapes() -> None:
    output, errors = (rows(text) for text in result_files(EXPIRING, 1099))
    assert (output[0]["response"]["status_code"], output[0]["error"]) == (200, None)
    assert (errors[0]["response"]["status_code"], errors[0]["error"]) == (500, None)
    assert (errors[1]["response"], errors[1]["error"]["code"]) == (None, "batch_expired")


@pytest.mark.parametrize(
    ("endpoint", "kind"), list(zip(ENDPOINTS, ["chat.completion", "text_completion", "list", "response"], strict=True))
)
def test_each_endpoint_answers_in_its_own_shape(endpoint: str, kind: str) -> None:
    output = rows(result_files(replace(BATCH, endpoint=endpoint), 1099)[0])
    assert {each["response"]["body"]["object"] for each in output} == {kind}


def test_a_batch_without_answers_has_no_files() -> None:
    assert result_files(replace(BATCH, errors=(LineError("x", "y"),)), 1099) == (b"", b"")


@pytest.mark.parametrize(
    ("batch", "after_s", "reached"),
    [
        (BATCH, 0, set()),
        (BATCH, 5, {"in_progress_at"}),
        (BATCH, 10, {"in_progress_at", "finalizing_at", "completed_at"}),
        (EXPIRING, 10, {"in_progress_at", "expired_at"}),
        (BATCH.cancel(1004), 10, {"in_progress_at", "cancelling_at", "cancelled_at"}),
        (replace(BATCH, errors=(LineError("x", "y", None, 3),)), 10, {"failed_at"}),
    ],
)
def test_the_moments_of_the_states_that_were_reached(batch: Batch, after_s: float, reached: set[str]) -> None:
    moments = {key for key, value in seen(batch, after_s).items() if key.endswith("_at") and value is not None}
    assert moments == reached | {"created_at", "expires_at"}


def test_the_errors_of_a_failed_batch_name_the_line() -> None:
    failed = replace(BATCH, errors=(LineError("invalid_json_line", "no JSON", None, 3),))
    assert seen(failed, 10)["errors"]["data"] == [
        {"code": "invalid_json_line", "message": "no JSON", "param": None, "line": 3}
    ]
