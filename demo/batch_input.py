"""Reads and checks the JSONL file of a batch, line by line, with the errors that OpenAI's API gives."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

ENDPOINTS = ("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses")
MAX_LINES = 50_000
MAX_REPORTED_ERRORS = 100


@dataclass(frozen=True)
class Line:
    """One request of a batch."""

    custom_id: str
    model: str


@dataclass(frozen=True)
class LineError:
    """Why a line cannot be taken; `line` counts from 1, None means the file as a whole."""

    code: str
    message: str
    param: str | None = None
    line: int | None = None


class BadLineError(ValueError):
    """Carries what is wrong with one line."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.param = code, message, param


def read_lines(content: bytes, endpoint: str) -> tuple[list[Line], list[LineError]]:
    """Returns the file's requests and what is wrong with it; a batch is taken only without errors."""
    rows = [(number, text) for number, text in enumerate(content.split(b"\n"), 1) if text.strip()]
    whole = list(_errors_of_the_whole(len(rows)))
    if whole:
        return [], whole
    lines: list[Line] = []
    errors: list[LineError] = []
    seen: set[str] = set()
    for number, text in rows:
        try:
            lines.append(_line(text, endpoint, seen))
        except BadLineError as bad:
            errors.append(LineError(bad.code, bad.message, bad.param, number))
    return lines, errors[:MAX_REPORTED_ERRORS]


def _errors_of_the_whole(rows: int) -> Iterator[LineError]:
    if not rows:
        yield LineError("empty_file", "The input file is empty. Please ensure that the batch contains a request.")
    if rows > MAX_LINES:
        yield LineError("too_many_tasks", f"The batch has {rows} requests, more than {MAX_LINES}.")


def _line(text: bytes, endpoint: str, seen: set[str]) -> Line:
    row = _object(text)
    custom_id = row.get("custom_id")
    if not isinstance(custom_id, str) or not custom_id:
        raise BadLineError("missing_required_parameter", "Missing required parameter: 'custom_id'.", "custom_id")
    if custom_id in seen:
        raise BadLineError("duplicate_custom_id", f"The custom_id '{custom_id}' is used more than once.", "custom_id")
    seen.add(custom_id)
    if row.get("method") != "POST":
        raise BadLineError("invalid_method", "The method of each request must be POST.", "method")
    if row.get("url") != endpoint:
        raise BadLineError("mismatched_url", f"The url of each request must be the batch's endpoint {endpoint}.", "url")
    return Line(custom_id, _model(row.get("body")))


def _object(text: bytes) -> dict[str, object]:
    try:
        row = json.loads(text)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise BadLineError("invalid_json_line", "This line is not parseable as valid JSON.")
    return row


def _model(body: object) -> str:
    if not isinstance(body, dict) or not isinstance(body.get("model"), str):
        raise BadLineError("missing_required_parameter", "Missing required parameter: 'body.model'.", "body.model")
    return str(body["model"])
