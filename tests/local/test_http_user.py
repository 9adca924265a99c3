"""The fast user in real swarms: what the target counted is what Locust reports."""

import ast
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.local.swarm import swarm

SCRIPT = """
from itertools import count

from swarmfile.http.user import SwarmHttpUser
from locust import between, task

numbers = count()

class Visitor(SwarmHttpUser):
    @task(5)
    def home(self):
        self.client.get("/")

    @task
    def missing(self):
        with self.client.get("/missing", catch_response=True) as response:
            if response.status_code == 404:
                response.success()

    @task
    def item(self):
        self.client.get(f"/items/{next(numbers)}", name="/items/[id]")

class Thinker(SwarmHttpUser):
    wait_time = between(0.01, 0.05)

    @task
    def think(self):
        self.client.post("/think", json={"a": 1})
"""
TARGET = """
import sys
import urllib.request
from gevent import monkey; monkey.patch_all()
from gevent.server import StreamServer

counted = {}

def serve(socket, _):
    reader = socket.makefile("rb")
    while line := reader.readline():
        method, path, _ = line.split()
        length = 0
        while (field := reader.readline()) != b"\\r\\n":
            if field.lower().startswith(b"content-length:"):
                length = int(field.split(b":")[1])
        reader.read(length)
        if path == b"/counted":
            body, status = repr(counted).encode(), b"200 OK"
        else:
            name = method.decode() + " " + ("/items/[id]" if path.startswith(b"/items/") else path.decode())
            counted[name] = counted.get(name, 0) + 1
            body, status = b"hello", b"404 Not Found" if path == b"/missing" else b"200 OK"
        socket.sendall(b"HTTP/1.1 %b\\r\\nContent-Length: %d\\r\\n\\r\\n%b" % (status, len(body), body))

server = StreamServer(("127.0.0.1", 0), serve)
server.start()
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.mark.parametrize("workers", [0, 2], ids=["one process", "two workers"])
def test_the_target_counts_what_locust_reports(tmp_path: Path, workers: int) -> None:
    with subprocess.Popen([sys.executable, "-c", TARGET], stdout=subprocess.PIPE, text=True) as target:
        assert target.stdout is not None
        url = f"http://127.0.0.1:{target.stdout.readline().strip()}"
        try:
            reported = report_of(tmp_path, url, workers)
            assert reported == counted_by(url)
        finally:
            target.kill()
    assert set(reported) == {"GET /", "GET /missing", "GET /items/[id]", "POST /think"}


def report_of(folder: Path, url: str, workers: int) -> dict[str, int]:
    """Runs a swarm for three seconds and returns its requests by method and name."""
    load = ["--headless", "-u", "6", "-r", "6", "-t", "3s", "--stop-timeout", "20"]
    with swarm(folder, url, script=SCRIPT) as running:
        if workers:
            running.start(*load, workers=workers)
        else:
            running.start_alone(*load)
        running.await_end(120)
        stats = running.run_folder() / "locust_stats.csv"
    rows = [line.split(",") for line in stats.read_text().splitlines()[1:-1]]
    assert {row[3] for row in rows} == {"0"}
    return {f"{row[0]} {row[1]}": int(row[2]) for row in rows}


def counted_by(url: str) -> dict[str, int]:

    with urllib.request.urlopen(f"{url}/counted") as answer:
        counted: dict[str, int] = ast.literal_eval(answer.read().decode())
    return counted
