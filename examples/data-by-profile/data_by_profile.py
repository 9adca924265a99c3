"""Test data that grows with the load: TEST_DATA_FILE is the file that the chosen profile selects."""

import csv
import itertools
import os
from pathlib import Path

from locust import between, task

from swarmfile import SwarmHttpUser

DATA = Path(os.environ.get("TEST_DATA_FILE") or Path(__file__).parent / "data" / "few.csv")
with DATA.open(newline="") as file:
    BASKETS = list(csv.DictReader(file))
# Each worker begins at the first row; the users of a worker share the rows evenly.
NEXT_BASKET = itertools.cycle(BASKETS)


class Buyer(SwarmHttpUser):
    connection_lifetime = 30
    wait_time = between(0.5, 1.5)

    @task
    def fill_a_basket(self) -> None:
        basket = next(NEXT_BASKET)
        for product in basket["products"].split():
            self.client.get(f"/products/{product}", name="GET /products/[id]")
            self.client.post("/cart", json={"product": product})
        self.client.post("/orders", json={"customer": basket["customer"], "products": basket["products"].split()})
