"""A simple API: most visitors browse, few buy. Each task is a named request that also checks what it got."""

import random

from locust import between, tag, task

from swarmfile import SwarmHttpUser


class Visitor(SwarmHttpUser):
    connection_lifetime = 30
    wait_time = between(0.5, 1.5)

    @tag("browse")
    @task(6)
    def read_a_product(self) -> None:
        number = random.randint(1, 100)
        with self.client.get(f"/products/{number}", name="GET /products/[id]", catch_response=True) as response:
            if response.status_code == 200 and f"Product {number}<" not in response.text:
                response.failure("another product was shown")

    @tag("browse")
    @task(3)
    def list_products(self) -> None:
        self.client.get("/products")

    @tag("buy")
    @task(1)
    def buy(self) -> None:
        product = str(random.randint(1, 100))
        with self.rest("POST", "/cart", json={"product": product}) as response:
            if response.js and response.js["product"] != product:
                response.failure("another product is in the cart")
        self.client.post("/orders", json={"products": [product]})
