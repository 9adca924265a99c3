"""Stress: as many requests as the users can make, to find where the system bends."""

from locust import between, task

from lib.users import Visitor


class StressUser(Visitor):
    wait_time = between(0.5, 1.5)

    @task
    def front_page(self) -> None:
        self.client.get("/")  # your own: the request that costs the system most
