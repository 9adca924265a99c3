"""Who visits the demo's shop: people who look around, search, and now and then buy something."""

import random

from locust import between, task

from swarmfile import SwarmHttpUser


class ShopVisitor(SwarmHttpUser):
    """A visitor in a hurry, so that a demo of half a minute has something to show."""

    wait_time = between(0.1, 0.3)

    @task(2)
    def look_around(self) -> None:
        """Asks for the front page."""
        self.client.get("/")

    @task(4)
    def read_a_product_page(self) -> None:
        """Asks for one of a hundred pages, which are counted under one name."""
        self.client.get(f"/products/{random.randint(1, 100)}", name="/products/[id]")

    @task(3)
    def search(self) -> None:
        """Searches, which this shop is bad at."""
        self.client.get("/search")

    @task
    def buy(self) -> None:
        """Puts a product into the cart and orders it."""
        self.client.post("/cart", json={"product": str(random.randint(1, 100))})
        self.client.post("/orders", json={"pay": "card"})
