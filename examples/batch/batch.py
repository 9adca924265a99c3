"""The batch API: upload a file, verify it, create a batch, wait for it, retrieve what it made.

Each step is a named request. A batch that fails, expires or takes too long makes its last poll a failure in
the statistics, so that the assertions judge it. Waiting between polls doubles from 2 s up to 30 s.

TEST_DATA_FILE       the JSONL file to upload
BATCH_POLL_FIRST_S   seconds before the second poll, default 2
BATCH_POLL_MAX_S     the longest wait between polls, default 30
BATCH_TIMEOUT_S      seconds after which a batch is given up, default 600
"""

import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from locust import between, task

from swarmfile import SwarmHttpUser
from swarmfile.http.response import SwarmResponse

INPUT = Path(os.environ.get("TEST_DATA_FILE") or Path(__file__).parent / "data" / "medium.jsonl")
CONTENT = INPUT.read_bytes()
ROWS = [json.loads(line) for line in CONTENT.splitlines() if line.strip()]
CUSTOM_IDS = {row["custom_id"] for row in ROWS}
ENDPOINT = ROWS[0]["url"]

POLL_FIRST_S = float(os.environ.get("BATCH_POLL_FIRST_S", "2"))
POLL_MAX_S = float(os.environ.get("BATCH_POLL_MAX_S", "30"))
TIMEOUT_S = float(os.environ.get("BATCH_TIMEOUT_S", "600"))
UNDER_WAY = ("validating", "in_progress", "finalizing", "cancelling")


def backoff_s() -> Iterator[float]:
    """Yields the seconds to wait between polls."""
    wait_s = POLL_FIRST_S
    while True:
        yield min(wait_s, POLL_MAX_S)
        wait_s *= 2


class BatchUser(SwarmHttpUser):
    connection_lifetime = 30
    wait_time = between(1, 2)

    @task
    def run_a_batch(self) -> None:
        file_id = self.upload()
        if file_id is None or not self.verify(file_id):
            return
        batch_id = self.create(file_id)
        batch = self.wait_for(batch_id) if batch_id else None
        if batch:
            self.retrieve(batch)

    def upload(self) -> str | None:
        form = {"file": (INPUT.name, CONTENT, "application/jsonl")}
        purpose = {"purpose": "batch"}
        with self.client.post("/v1/files", name="upload", data=purpose, files=form, catch_response=True) as response:
            return answered(response).get("id")

    def verify(self, file_id: str) -> bool:
        """Looks at the file's metadata or at its whole content, at random."""
        return random.choice((self.verify_metadata, self.verify_content))(file_id)

    def verify_metadata(self, file_id: str) -> bool:
        with self.client.get(f"/v1/files/{file_id}", name="verify metadata", catch_response=True) as response:
            same = answered(response).get("bytes") == len(CONTENT)
            if response.status_code == 200 and not same:
                response.failure("the file has another length than what was uploaded")
            return same

    def verify_content(self, file_id: str) -> bool:
        with self.client.get(f"/v1/files/{file_id}/content", name="verify content", catch_response=True) as response:
            same = bool(response.content == CONTENT)
            if response.status_code == 200 and not same:
                response.failure("the file has another content than what was uploaded")
            return same

    def create(self, file_id: str) -> str | None:
        wish = {"input_file_id": file_id, "endpoint": ENDPOINT, "completion_window": "24h"}
        with self.client.post("/v1/batches", name="create batch", json=wish, catch_response=True) as response:
            return answered(response).get("id")

    def wait_for(self, batch_id: str) -> dict[str, Any] | None:
        """Returns the completed batch, None when it did not complete in time."""
        give_up_at = time.monotonic() + TIMEOUT_S
        for wait_s in backoff_s():
            last = time.monotonic() + wait_s > give_up_at
            batch = self.poll(batch_id, last)
            if batch.get("status") == "completed":
                return batch
            # A poll that failed says nothing about the batch: ask again.
            if last or batch.get("status", "validating") not in UNDER_WAY:
                return None
            time.sleep(wait_s)
        return None

    def poll(self, batch_id: str, last: bool) -> dict[str, Any]:
        with self.client.get(f"/v1/batches/{batch_id}", name="poll batch", catch_response=True) as response:
            batch = answered(response)
            status = batch.get("status")
            if last and status in UNDER_WAY:
                response.failure(f"the batch timed out: still {status} after {TIMEOUT_S:g} s")
            elif batch and status not in (*UNDER_WAY, "completed"):
                response.failure(f"the batch ended as {status}")
            return batch

    def retrieve(self, batch: dict[str, Any]) -> None:
        """Reads output and error file, which together must answer each line."""
        files = {"retrieve output": batch["output_file_id"], "retrieve errors": batch["error_file_id"]}
        unanswered = set(CUSTOM_IDS)
        *others, last = [name for name in files if files[name]]
        for name in (*others, last):
            with self.client.get(f"/v1/files/{files[name]}/content", name=name, catch_response=True) as response:
                unanswered -= custom_ids_in(response)
                if response.status_code == 200 and name == last and unanswered:
                    response.failure("lines of the batch have no result")


def answered(response: SwarmResponse) -> dict[str, Any]:
    """Returns the JSON object of a good response; of any other, which is a failure by itself, an empty one."""
    if response.status_code != 200:
        return {}
    try:
        return dict(response.json())
    except (ValueError, TypeError):
        response.failure("the answer is not a JSON object")
        return {}


def custom_ids_in(response: SwarmResponse) -> set[str]:
    """Returns whose results a file holds."""
    if response.status_code != 200:
        return set()
    return {json.loads(line)["custom_id"] for line in response.text.splitlines()}
