"""An OpenAI-compatible chat completion that streams: time to the first token, between tokens, and tokens per second.

The API's key is the definition's `auth.bearer`; MODEL names the model.
"""

import json
import os
import time
from collections.abc import Iterator

from locust import constant, task

from swarmfile import SwarmHttpUser, record

MODEL = os.environ.get("MODEL", "small")
QUESTION = [{"role": "user", "content": "What is a load test? Answer in one sentence."}]


def deltas(lines: Iterator[bytes]) -> Iterator[str]:
    """Yields each piece of the answer; a usage report has none."""
    for line in lines:
        data = line.removeprefix(b"data:").strip()
        if line.startswith(b"data:") and data != b"[DONE]":
            for choice in json.loads(data)["choices"]:
                yield choice["delta"].get("content") or ""


class Asker(SwarmHttpUser):
    connection_lifetime = 30
    wait_time = constant(0.5)

    @task
    def ask(self) -> None:
        body = {"model": MODEL, "messages": QUESTION, "stream": True}
        begun, times = time.perf_counter(), []
        with self.client.post("/v1/chat/completions", json=body, stream=True, catch_response=True) as response:
            try:
                times = [time.perf_counter() for piece in deltas(response.iter_lines()) if piece]
            except (OSError, ValueError, KeyError) as error:
                response.failure(error)
            if response.ok and not times:
                response.failure("no token came")
        if len(times) > 1:
            record("first token ms", (times[0] - begun) * 1000)
            record("tokens per second", (len(times) - 1) / (times[-1] - times[0]))
            record("whole answer ms", (times[-1] - begun) * 1000)
