"""Dev: the place to write a script; the web UI starts and stops it."""

from locust import between, task

from lib.users import Visitor


class DevUser(Visitor):
    wait_time = between(1, 2)

    @task
    def front_page(self) -> None:
        with self.client.get("/", catch_response=True) as response:
            if not response.ok:
                response.failure(f"status {response.status_code}")  # your own: what makes an answer wrong
