"""Soak: steady load from users who stay, to find what leaks."""

from locust import FastHttpUser, constant_pacing, task


class StayingUser(FastHttpUser):
    wait_time = constant_pacing(1)

    @task
    def front_page(self) -> None:
        self.client.get("/")  # your own: requests that hold something, a session, a connection, a file
