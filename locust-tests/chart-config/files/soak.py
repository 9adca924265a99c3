"""Soak: steady load from users who stay, to find what leaks."""

from lib.http_user import SwarmHttpUser
from locust import constant_pacing, task


class StayingUser(SwarmHttpUser):
    # Pods that come and go get their share of the load within so many seconds.
    connection_lifetime = 30
    wait_time = constant_pacing(1)

    @task
    def front_page(self) -> None:
        self.client.get("/")  # your own: requests that hold something, a session, a connection, a file
