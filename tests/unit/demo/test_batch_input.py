"""Each line of a batch's input is checked, and each error names its line."""

import json

import pytest

from demo.batch_input import Line, read_lines

CHAT = "/v1/chat/completions"


def row(**changes: object) -> str:
    return json.dumps({"custom_id": "a", "method": "POST", "url": CHAT, "body": {"model": "m"}} | changes)


def test_good_lines_are_read_in_order_and_empty_lines_are_none() -> None:
    content = f"{row(custom_id='a')}\n\n{row(custom_id='b', body={'model': 'n'})}\n".encode()
    assert read_lines(content, CHAT) == ([Line("a", "m"), Line("b", "n")], [])


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty_file", None),
        ("\n \n", "empty_file", None),
        ("\n".join(["{}"] * 50_001), "too_many_tasks", None),
        ("{", "invalid_json_line", 1),
        ("[]", "invalid_json_line", 1),
        (row(custom_id=""), "missing_required_parameter", 1),
        (row(custom_id=7), "missing_required_parameter", 1),
        (f"{row()}\n\n{row()}", "duplicate_custom_id", 3),
        (row(method="GET"), "invalid_method", 1),
        (row(url="/v1/embeddings"), "mismatched_url", 1),
        (row(body="x"), "missing_required_parameter", 1),
        (row(body={}), "missing_required_parameter", 1),
    ],
)
def test_a_bad_line_is_named(text: str, code: str, line: int | None) -> None:
    _, errors = read_lines(text.encode(), CHAT)
    assert [(error.code, error.line) for error in errors] == [(code, line)]


def test_a_file_full_of_errors_is_reported_in_part() -> None:
    assert len(read_lines(b"{\n" * 1000, CHAT)[1]) == 100
