"""What a batch looks like from outside: the object that is polled, and its output and error files."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from demo.batch_input import Line
from demo.batch_life import ENDS, Batch, Status

EXPIRED = "This request could not be executed before the completion window expired."
CANCELLED = "This batch was cancelled before this request was executed."


def batch_object(batch: Batch, now: float, output_file_id: str | None, error_file_id: str | None) -> dict[str, Any]:
    """Returns the batch as OpenAI's API shows it."""
    status = batch.status(now)
    return {
        "id": batch.id,
        "object": "batch",
        "endpoint": batch.endpoint,
        "errors": _errors(batch) if status is Status.FAILED else None,
        "input_file_id": batch.input_file_id,
        "completion_window": "24h",
        "status": status,
        "output_file_id": output_file_id,
        "error_file_id": error_file_id,
        "created_at": int(batch.created_at),
        "expires_at": int(batch.expires_at),
        **_times(batch, status, now),
        "request_counts": _request_counts(batch, now),
        "metadata": batch.metadata,
    }


def _errors(batch: Batch) -> dict[str, Any]:
    return {"object": "list", "data": [asdict(error) for error in batch.errors]}


def _times(batch: Batch, status: Status, now: float) -> dict[str, int | None]:
    """The moment of each state that was reached; null for those that were not."""
    work_ended_at = batch.expires_at if batch.cancelled_at is None else batch.cancelled_at
    worked = not batch.errors
    reached = {
        "in_progress_at": batch.in_progress_at if worked and batch.in_progress_at < work_ended_at else None,
        "finalizing_at": batch.finalizing_at if worked and batch.finalizing_at < work_ended_at else None,
        "completed_at": batch.completed_at if status is Status.COMPLETED else None,
        "failed_at": batch.in_progress_at if status is Status.FAILED else None,
        "expired_at": batch.expires_at if status is Status.EXPIRED else None,
        "cancelling_at": batch.cancelled_at,
        "cancelled_at": batch.cancellation_ends_at if status is Status.CANCELLED else None,
    }
    return {name: None if at is None or at > now else int(at) for name, at in reached.items()}


def _request_counts(batch: Batch, now: float) -> dict[str, int]:
    if batch.errors or batch.status(now) is Status.VALIDATING:
        return {"total": 0, "completed": 0, "failed": 0}
    done = batch.lines_done(now)
    # Lines that a window's or a batch's end kept from running count as failed only once it has ended.
    never_run = len(batch.lines) - done if batch.status(now) in ENDS else 0
    failed = sum(index < done for index in batch.failing)
    return {"total": len(batch.lines), "completed": done - failed, "failed": failed + never_run}


def result_files(batch: Batch, now: float) -> tuple[bytes, bytes]:
    """Returns the output file and the error file of a batch that has ended; empty where there is nothing to say."""
    done, status = batch.lines_done(now), batch.status(now)
    output, errors = [], []
    for index, line in enumerate(batch.lines if not batch.errors else ()):
        if index >= done:
            errors.append(_never_run(batch, line, status))
        elif index in batch.failing:
            errors.append(_answered(batch, line, 500, api_error("The server had an error.", "server_error")))
        else:
            output.append(_answered(batch, line, 200, ANSWERS[batch.endpoint](batch, line)))
    return _jsonl(output), _jsonl(errors)


def api_error(
    message: str, kind: str = "invalid_request_error", param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """Returns an error as OpenAI's API words it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _answered(batch: Batch, line: Line, status: int, body: object) -> dict[str, Any]:
    response = {"status_code": status, "request_id": _name("req", batch, line), "body": body}
    return {"id": _name("batch_req", batch, line), "custom_id": line.custom_id, "response": response, "error": None}


def _never_run(batch: Batch, line: Line, status: Status) -> dict[str, Any]:
    expired = status is Status.EXPIRED
    error = {"code": f"batch_{status}", "message": EXPIRED if expired else CANCELLED}
    return {"id": _name("batch_req", batch, line), "custom_id": line.custom_id, "response": None, "error": error}


def _name(kind: str, batch: Batch, line: Line) -> str:
    return f"{kind}_{hashlib.sha256(f'{batch.id} {line.custom_id}'.encode()).hexdigest()[:24]}"


def _jsonl(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _chat(batch: Batch, line: Line) -> dict[str, Any]:
    message = {"role": "assistant", "content": f"An answer to {line.custom_id}.", "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return _envelope("chatcmpl", "chat.completion", batch, line) | {"choices": [choice], "usage": USAGE}


def _completion(batch: Batch, line: Line) -> dict[str, Any]:
    choice = {"index": 0, "text": f"An answer to {line.custom_id}.", "logprobs": None, "finish_reason": "stop"}
    return _envelope("cmpl", "text_completion", batch, line) | {"choices": [choice], "usage": USAGE}


def _embedding(batch: Batch, line: Line) -> dict[str, Any]:  # noqa: ARG001 - one signature for all answers
    data = [{"object": "embedding", "index": 0, "embedding": [0.1, -0.2, 0.3]}]
    usage = {"prompt_tokens": 8, "total_tokens": 8}
    return {"object": "list", "model": line.model, "data": data, "usage": usage}


def _response(batch: Batch, line: Line) -> dict[str, Any]:
    content = [{"type": "output_text", "text": f"An answer to {line.custom_id}.", "annotations": []}]
    message = {"type": "message", "id": _name("msg", batch, line), "role": "assistant", "content": content}
    usage = {"input_tokens": 8, "output_tokens": 6, "total_tokens": 14}
    envelope = {"id": _name("resp", batch, line), "object": "response", "created_at": int(batch.created_at)}
    return envelope | {"status": "completed", "model": line.model, "output": [message], "usage": usage}


def _envelope(kind: str, name: str, batch: Batch, line: Line) -> dict[str, Any]:
    created = int(batch.in_progress_at)
    return {"id": f"{_name(kind, batch, line)}", "object": name, "created": created, "model": line.model}


USAGE = {"prompt_tokens": 8, "completion_tokens": 6, "total_tokens": 14}
ANSWERS: dict[str, Callable[[Batch, Line], dict[str, Any]]] = {
    "/v1/chat/completions": _chat,
    "/v1/completions": _completion,
    "/v1/embeddings": _embedding,
    "/v1/responses": _response,
}
