"""Server-sent events: how long until the first one comes, and how long between them."""

import time

from locust import constant, task

from swarmfile import SwarmHttpUser, record

EVENTS = 10


class Listener(SwarmHttpUser):
    connection_lifetime = 30
    wait_time = constant(0.5)

    @task
    def listen(self) -> None:
        last = time.perf_counter()
        with self.client.get("/events", stream=True, catch_response=True) as response:
            for number, event in enumerate(response.iter_lines(delimiter=b"\n\n"), 1):
                now = time.perf_counter()
                record("first event ms" if number == 1 else "gap ms", (now - last) * 1000)
                last = now
                if not event.startswith(b"data:"):
                    response.failure("an event without data")
                if number == EVENTS:
                    # The server would go on: nobody listens any more.
                    response.close()
                    return
            response.failure("the stream ended before its events")
