"""Endurance: the same work for hours, so that what grows slowly is seen."""

from lib.http_user import SwarmHttpUser
from locust import constant_pacing, task


class SteadyUser(SwarmHttpUser):
    # Pods that come and go get their share of the load within so many seconds.
    connection_lifetime = 30
    # One task every 2 s, however long the answers take: a slower system gets the same load, not less.
    wait_time = constant_pacing(2)

    @task
    def front_page(self) -> None:
        self.client.get("/")  # your own: work that writes, so that logs, tables and caches grow
