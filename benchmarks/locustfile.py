"""What the three Locust users run: the same task, by the class that BENCH_USER names."""

import os
from itertools import count
from typing import Any

import urllib3
from locust import FastHttpUser, HttpUser, events

from swarmfile import SwarmHttpUser

KIND = os.environ["BENCH_KIND"]
PATHS = {"10k": "/files/10k", "100k": "/files/100k", "cookies": "/cookies", "unique": "/unique"}
PATH = PATHS.get(KIND, "/")
BODY = {"id": 1, "name": "swarm", "tags": ["a", "b"]}
BASES: dict[str, Any] = {"swarm": SwarmHttpUser, "fast": FastHttpUser, "http": HttpUser}
numbers = count()
# HttpUser would print one for each request over TLS, and fill the pipe that its output goes into.
urllib3.disable_warnings()


class Visitor(BASES[os.environ["BENCH_USER"]]):  # type: ignore[misc,name-defined,valid-type]
    insecure = True

    def on_start(self) -> None:
        self.client.verify = False
        if KIND == "cookies":
            self.client.get("/cookies")

    def get(self) -> None:
        self.client.get(PATH)

    def post(self) -> None:
        self.client.post("/", json=BODY)

    def get_named(self) -> None:
        self.client.get(f"/items/{next(numbers)}", name="/items/[id]")

    tasks = [{"post": post, "named": get_named}.get(KIND, get)]  # noqa: RUF012


if KIND == "listener":
    slowest = 0.0

    @events.request.add_listener
    def keep_slowest(response_time: float, **_: object) -> None:
        global slowest  # noqa: PLW0603
        slowest = max(slowest, response_time)
