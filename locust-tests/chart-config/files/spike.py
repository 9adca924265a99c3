"""Spike: a crowd that arrives at once; config/spike/test.yml says how large and for how long."""

from locust import between, task

from lib.users import Visitor


class CrowdUser(Visitor):
    wait_time = between(1, 2)

    @task
    def front_page(self) -> None:
        self.client.get("/")  # your own: where the crowd lands, an offer, a ticket shop, a news page
