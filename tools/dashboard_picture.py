"""Draws docs/dashboard.png: `python -m tools.dashboard_picture`; needs Prometheus on PATH and matplotlib (extra bench).

A real run against the demo target, with three stages and a target that fails for some seconds, is scraped by a real
Prometheus, which then answers each panel's own queries. Grafana itself draws nothing of it: matplotlib does.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.process import RunningTarget, running_target
from swarmfile.ports import free_port
from tests.metrics_queries import Prometheus, filled, prometheus_server
from tools import dashboard_drawing
from tools.dashboards import FOLDER

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "dashboard.png"
VARIABLES = dict.fromkeys(["$job", "$instance", "$run"], ".+") | dict.fromkeys(["$namespace", "$endpoint"], ".*")
VARIABLES["$__rate_interval"] = "10s"
THRESHOLDS = ("--set=assertions.p95ThresholdMs=800", "--set=assertions.errorRateThreshold=0.01")
LOAD = ("--users=30", "--run-time=80s", *THRESHOLDS)
CRITERIA = ("p99 < 300ms during base", "rate > 2/s for 10s")
SCRIPT = """
from locust import HttpUser, between, task

class Visitor(HttpUser):
    wait_time = between(0.5, 1.5)

    @task(6)
    def home(self):
        self.client.get("/")

    @task(3)
    def products(self):
        self.client.get("/products")

    @task(2)
    def product(self):
        self.client.get("/products/7", name="/products/{id}")

    @task
    def cart(self):
        self.client.post("/cart", json={"product": "7"})
"""


def main() -> int:
    """Runs, asks and draws."""
    board = json.loads((FOLDER / "swarmfile-run.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="dashboard-") as name, running_target() as target:
        folder, port = Path(name), free_port()
        job = {"job_name": "swarmfile", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
        config = {"global": {"scrape_interval": "1s"}, "scrape_configs": [job]}
        with prometheus_server(Path("prometheus"), folder, config) as prometheus:
            run(folder, target, port)
            answers = {panel["id"]: asked(prometheus, panel) for panel in board["panels"]}
    dashboard_drawing.draw(board, answers, PICTURE)
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size / 1000:.0f} KB\n")
    return 0


def run(folder: Path, target: RunningTarget, port: int) -> None:
    """Returns when the run has its verdict and that was scraped."""
    (folder / "visitor.py").write_text(SCRIPT, encoding="utf-8")
    sets = [f"--set=assertions.criteria[{index}]={text}" for index, text in enumerate(CRITERIA)]
    how = ["--workers=2", f"--locustfile={folder / 'visitor.py'}", f"--results={folder / 'results'}"]
    command = [sys.executable, "-m", "swarmfile", "run", "spike", f"--host={target.url}", f"--metrics-port={port}"]
    with subprocess.Popen([*command, *LOAD, *sets, *how], cwd=ROOT) as process:
        for wait_s, mode, rate in ((40, "errors", 0.2), (8, "stall", 1.0), (2, "ok", 1.0)):
            time.sleep(wait_s)
            target.fault(mode, rate=rate)
        process.wait()


def asked(prometheus: Prometheus, panel: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """Returns what each query of the panel answers: of a table when the verdict was told, else until then."""
    end = prometheus.now("max(max_over_time(timestamp(swarmfile_verdict)[5m:1s]))")
    times = {"start": prometheus.began_s, "end": end, "step": 1}
    way, when = ("query", {"time": end}) if panel["type"] == "table" else ("query_range", times)
    return [prometheus.ask(way, query=filled(target["expr"], VARIABLES), **when) for target in panel["targets"]]


if __name__ == "__main__":
    sys.exit(main())
