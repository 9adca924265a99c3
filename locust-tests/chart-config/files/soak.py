"""Soak: steady load from users who stay, to find what leaks."""

from locust import constant_pacing, task

from lib.users import Visitor


class StayingUser(Visitor):
    wait_time = constant_pacing(1)

    @task
    def front_page(self) -> None:
        self.client.get("/")  # your own: requests that hold something, a session, a connection, a file
