"""The batch API in OpenAI's shape: files, and batches that work them off."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import HTTPException

from demo.answers import Request, Response, as_json
from demo.batch_input import ENDPOINTS, LineError, read_lines
from demo.batch_life import ENDS, Batch, Plan
from demo.batch_output import api_error, batch_object, result_files
from demo.faults import Share
from demo.shelf import Shelf
from demo.target import Route

MAX_FILES, MAX_FILES_BYTES = 10_000, 128 * 1024 * 1024
MAX_BATCHES, MAX_BATCHES_BYTES = 10_000, 64 * 1024 * 1024
OUTAGE = LineError("server_error", "The batch failed because of an internal error.")


@dataclass(frozen=True)
class StoredFile:
    """A file that was uploaded or made."""

    id: str
    filename: str
    purpose: str
    content: bytes
    created_at: int


class BatchApi:
    """The API's handlers and what they keep; the oldest files and batches give way to new ones."""

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.time) -> None:
        self._plan, self._clock = plan, clock
        self._files: Shelf[StoredFile] = Shelf(MAX_FILES, MAX_FILES_BYTES)
        self._batches: Shelf[Batch] = Shelf(MAX_BATCHES, MAX_BATCHES_BYTES)
        self._failing_batches, self._failing_lines = Share(), Share()
        self._results: Shelf[tuple[str | None, str | None]] = Shelf(MAX_BATCHES, MAX_BATCHES)

    def routes(self) -> tuple[Route, ...]:
        """The API's part of the routing table."""
        return (
            Route("POST", "/v1/files", self.upload),
            Route("GET", "/v1/files/{id}", self.show_file),
            Route("DELETE", "/v1/files/{id}", self.delete_file),
            Route("GET", "/v1/files/{id}/content", self.file_content),
            Route("POST", "/v1/batches", self.create),
            Route("GET", "/v1/batches", self.list_batches),
            Route("GET", "/v1/batches/{id}", self.show),
            Route("POST", "/v1/batches/{id}/cancel", self.cancel),
        )

    def upload(self, request: Request) -> Response:
        """Takes a form with purpose=batch and a file."""
        file = request.files.get("file")
        if file is None:
            raise refusal(400, "'file' is a required property", "file")
        if request.form.get("purpose") != "batch":
            raise refusal(400, "'purpose' must be 'batch' here", "purpose")
        return as_json(file_object(self._keep(file.filename or "upload.jsonl", "batch", file.read())))

    def show_file(self, _: Request, name: str) -> Response:
        """Tells about a file."""
        return as_json(file_object(self._file(name)))

    def file_content(self, _: Request, name: str) -> Response:
        """Returns a file, byte for byte."""
        return Response(self._file(name).content, content_type="application/octet-stream")

    def delete_file(self, _: Request, name: str) -> Response:
        """Forgets a file."""
        file = self._file(name)
        self._files.drop(file.id)
        return as_json({"id": file.id, "object": "file", "deleted": True})

    def create(self, request: Request) -> Response:
        """Creates a batch; what is wrong with its lines shows later, as with the original."""
        wish = request.json_object()
        source = self._files.get(str(wish.get("input_file_id")))
        if source is None or source.purpose != "batch":
            raise refusal(400, "Invalid 'input_file_id': no such file with purpose 'batch'.", "input_file_id")
        if wish.get("endpoint") not in ENDPOINTS:
            raise refusal(400, f"Invalid 'endpoint': write one of {', '.join(ENDPOINTS)}.", "endpoint")
        if wish.get("completion_window") != "24h":
            raise refusal(400, "Invalid 'completion_window': write '24h'.", "completion_window")
        batch = self._new_batch(source, wish)
        self._batches.put(batch.id, batch, len(source.content))
        return as_json(self._object(batch))

    def show(self, _: Request, name: str) -> Response:
        """Tells how far a batch is."""
        return as_json(self._object(self._batch(name)))

    def cancel(self, _: Request, name: str) -> Response:
        """Ends a batch early."""
        batch = self._batch(name)
        try:
            cancelled = batch.cancel(self._clock())
        except ValueError as ended:
            raise refusal(409, str(ended)) from None
        self._batches.replace(batch.id, cancelled)
        return as_json(self._object(cancelled))

    def list_batches(self, request: Request) -> Response:
        """Lists batches, the newest first, in pages: ?limit= (default 20) and ?after=id."""
        limit, after = max(1, min(int(request.number("limit", 20)), 100)), request.args.get("after")
        batches = [batch for _, batch in self._batches.newest_first()]
        names = [batch.id for batch in batches]
        begin = names.index(after) + 1 if after in names else 0
        page = [self._object(batch) for batch in batches[begin : begin + limit]]
        ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {"first_id": None, "last_id": None}
        return as_json({"object": "list", "data": page, **ends, "has_more": begin + limit < len(batches)})

    def _new_batch(self, source: StoredFile, wish: dict[str, Any]) -> Batch:
        lines, errors = read_lines(source.content, wish["endpoint"])
        failing = frozenset(
            index for index in range(len(lines)) if self._failing_lines.picks(self._plan.line_failure_rate)
        )
        if not errors and self._failing_batches.picks(self._plan.failure_rate):
            errors = [OUTAGE]
        return Batch(
            id=new_id("batch_"),
            endpoint=wish["endpoint"],
            input_file_id=source.id,
            metadata=metadata_of(wish),
            created_at=self._clock(),
            plan=self._plan,
            lines=tuple(lines),
            failing=failing,
            errors=tuple(errors),
        )

    def _object(self, batch: Batch) -> dict[str, Any]:
        now = self._clock()
        if batch.status(now) not in ENDS:
            return batch_object(batch, now, None, None)
        found = self._results.get(batch.id)
        if found is None:
            found = self._make_results(batch, now)
            self._results.put(batch.id, found, 1)
        return batch_object(batch, now, *found)

    def _make_results(self, batch: Batch, now: float) -> tuple[str | None, str | None]:
        output, errors = result_files(batch, now)
        names = (f"{batch.id}_output.jsonl", f"{batch.id}_error.jsonl")
        kept = [
            self._keep(name, "batch_output", text).id if text else None
            for name, text in zip(names, (output, errors), strict=True)
        ]
        return kept[0], kept[1]

    def _keep(self, filename: str, purpose: str, content: bytes) -> StoredFile:
        file = StoredFile(new_id("file-"), filename, purpose, content, int(self._clock()))
        self._files.put(file.id, file, len(content))
        return file

    def _file(self, name: str) -> StoredFile:
        file = self._files.get(name)
        if file is None:
            raise refusal(404, f"No such File object: {name}", "id")
        return file

    def _batch(self, name: str) -> Batch:
        batch = self._batches.get(name)
        if batch is None:
            raise refusal(404, f"No batch found with id '{name}'.", "batch_id")
        return batch


def file_object(file: StoredFile) -> dict[str, Any]:
    """Returns a file as OpenAI's API shows it."""
    return {
        "id": file.id,
        "object": "file",
        "bytes": len(file.content),
        "created_at": file.created_at,
        "expires_at": None,
        "filename": file.filename,
        "purpose": file.purpose,
        "status": "processed",
        "status_details": None,
    }


def metadata_of(wish: dict[str, Any]) -> dict[str, str] | None:
    """Returns the metadata of a wished batch. Raises a refusal (400) when it is not short texts."""
    metadata = wish.get("metadata")
    if metadata is None:
        return None
    fits = isinstance(metadata, dict) and len(metadata) <= 16
    if not fits or not all(isinstance(value, str) and len(value) <= 512 for value in metadata.values()):
        raise refusal(400, "Invalid 'metadata': write at most 16 texts of up to 512 characters.", "metadata")
    return dict(metadata)


def refusal(status: int, message: str, param: str | None = None) -> HTTPException:
    """Returns an error in OpenAI's shape, ready to be raised."""
    return HTTPException(response=as_json(api_error(message, param=param), status))


def new_id(prefix: str) -> str:
    """Returns an id as OpenAI's look: a prefix and 24 characters."""
    return prefix + secrets.token_hex(12)
