"""Stress: as many requests as the users can make, to find where the system bends."""

from lib.http_user import SwarmHttpUser
from locust import between, task


class StressUser(SwarmHttpUser):
    # Pods that come and go get their share of the load within so many seconds.
    connection_lifetime = 30
    wait_time = between(0.5, 1.5)

    @task
    def front_page(self) -> None:
        self.client.get("/")  # your own: the request that costs the system most
