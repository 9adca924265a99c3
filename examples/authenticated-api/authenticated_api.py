"""An API behind credentials: the script has no line about them, they are set on each user's client for the host."""

from locust import between, task

from swarmfile import SwarmHttpUser


class Customer(SwarmHttpUser):
    connection_lifetime = 30
    wait_time = between(0.5, 1.5)

    @task(3)
    def read_the_cart(self) -> None:
        self.client.get("/cart")

    @task
    def order(self) -> None:
        self.client.post("/orders", json={"products": ["1", "2"]})
