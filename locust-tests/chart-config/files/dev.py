"""Dev: the place to write a script; the web UI starts and stops it."""

from lib.http_user import SwarmHttpUser
from locust import between, task


class DevUser(SwarmHttpUser):
    # Pods that come and go get their share of the load within so many seconds.
    connection_lifetime = 30
    wait_time = between(1, 2)

    @task
    def front_page(self) -> None:
        with self.client.get("/", catch_response=True) as response:
            if not response.ok:
                response.failure(f"status {response.status_code}")  # your own: what makes an answer wrong
