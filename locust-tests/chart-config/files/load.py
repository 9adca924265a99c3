"""Load: users of an ordinary day, who read, think, and come back."""

from lib.http_user import SwarmHttpUser
from locust import between, task


class DayUser(SwarmHttpUser):
    # Pods that come and go get their share of the load within so many seconds.
    connection_lifetime = 30
    wait_time = between(1, 3)

    def on_start(self) -> None:
        self.client.get("/", name="first visit")  # your own: log in here, once for each user

    @task(3)
    def read(self) -> None:
        self.client.get("/", name="read")  # your own: what most users do

    @task
    def return_later(self) -> None:
        self.client.get("/", name="return")  # your own: what some users do
