"""Load: users of an ordinary day, who read, think, and come back."""

from locust import between, task

from lib.users import Visitor


class DayUser(Visitor):
    wait_time = between(1, 3)

    def on_start(self) -> None:
        self.client.get("/", name="first visit")  # your own: log in here, once for each user

    @task(3)
    def read(self) -> None:
        self.client.get("/", name="read")  # your own: what most users do

    @task
    def return_later(self) -> None:
        self.client.get("/", name="return")  # your own: what some users do
