"""Endurance: the same work for hours, so that what grows slowly is seen."""

from locust import constant_pacing, task

from lib.users import Visitor


class SteadyUser(Visitor):
    # One task every 2 s, however long the answers take: a slower system gets the same load, not less.
    wait_time = constant_pacing(2)

    @task
    def front_page(self) -> None:
        self.client.get("/")  # your own: work that writes, so that logs, tables and caches grow
