"""A shop as its visitors meet it: each page view comes when it comes, whether or not the last one was answered."""

import random

from locust import task

from swarmfile import SwarmHttpUser


class Visitor(SwarmHttpUser):
    # Connections are replaced by then, so that pods that join are reached.
    connection_lifetime = 60

    @task(3)
    def read_a_product(self) -> None:
        self.client.get(f"/products/{random.randint(1, 100)}", name="/products/[id]")

    @task
    def list_products(self) -> None:
        self.client.get("/products")
