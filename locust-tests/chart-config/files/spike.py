"""Spike: a crowd that arrives at once; config/spike/test.yml says how large and for how long."""

from lib.http_user import SwarmHttpUser
from locust import between, task


class CrowdUser(SwarmHttpUser):
    # Pods that come and go get their share of the load within so many seconds.
    connection_lifetime = 30
    wait_time = between(1, 2)

    @task
    def front_page(self) -> None:
        self.client.get("/")  # your own: where the crowd lands, an offer, a ticket shop, a news page
