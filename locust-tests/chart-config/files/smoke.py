"""Smoke: asks for each page once in a while and says whether it answers at all."""

from locust import between, task

from lib.users import Visitor


class SmokeUser(Visitor):
    wait_time = between(1, 2)

    @task
    def front_page(self) -> None:
        self.client.get("/")

    # Your own requests: one task for each thing that must work before anything heavier runs, for example
    # self.client.get("/health"), self.client.post("/login", json={"user": "…"}).
