"""A script with its own modules and data on a laptop, called as a module of Python's is."""

import csv
from pathlib import Path

from demo.process import RunningTarget
from tests.local.swarmfile_process import run_arguments, started

SCRIPT = """
from pathlib import Path

from helper_of_mine import path_of
from lib.shared import PREFIX
from locust import HttpUser, constant, task

(ROW,) = Path(__file__).with_name("products.csv").read_text().split()


class Visitor(HttpUser):
    wait_time = constant(0.2)

    @task
    def product(self):
        self.client.get(path_of(ROW), name=PREFIX + ROW)
"""
MODULE = "def path_of(product):\n    return f'/products/{product}'\n"


def test_a_script_finds_what_lies_beside_it_whatever_it_is_called(target: RunningTarget, tmp_path: Path) -> None:
    files = {"email.py": SCRIPT, "helper_of_mine.py": MODULE, "products.csv": "7\n", "libs/shared.py": "PREFIX = 'n'\n"}
    for name, text in files.items():
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    script = ("--locustfile", str(tmp_path / "mine" / "email.py"), "--libs", str(tmp_path / "mine" / "libs"))
    load = ("--users=2", "--spawn-rate=2", "--run-time=3s", "--workers=1")
    with started(tmp_path, *run_arguments(tmp_path, target.url, "smoke", *load, *script)) as run:
        assert run.ended() == 0
    (folder,) = run.runs()
    rows = [row["Name"] for row in csv.DictReader((folder / "locust_stats.csv").open())]
    assert rows == ["n7", "Aggregated"]
