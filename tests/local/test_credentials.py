"""A run against a target behind Basic auth, and a search for the password in everything that can be seen of it."""

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from demo.process import RunningTarget, running_target
from tests.local.locust_process import free_port, staged, start, wait_for

CANARY = "c4n/ary pass-w0rd"
PAIR = f"tester:{CANARY}"
# As it is, as headers carry it, and as URLs and JSON write it.
FORMS = {
    CANARY,
    base64.b64encode(PAIR.encode()).decode(),
    base64.b64encode(CANARY.encode()).decode(),
    quote(CANARY, safe=""),
    quote(CANARY),
    json.dumps(CANARY)[1:-1],
}
NAMES = ("by requests", "by swarmfile", "by geventhttpclient", "missing", "raised", "quoted")
# Answers of /echo hold the header that was sent: the worst that a target and a script can do.
SCRIPT = """
import logging

from lib.http_user import SwarmHttpUser
from locust import FastHttpUser, HttpUser, constant, task


class Slow(HttpUser):
    wait_time = constant(0.2)

    @task
    def page(self):
        self.client.get("/products", name="by requests")

    @task
    def quotes_what_it_was_sent(self):
        with self.client.get("/echo", name="quoted", catch_response=True) as response:
            logging.warning("answered %s", response.text)
            response.failure(response.text)

    @task
    def raises_what_it_was_sent(self):
        raise ValueError(self.client.get("/echo", name="raised").text)


class Swarm(SwarmHttpUser):
    wait_time = constant(0.2)

    @task
    def page(self):
        self.client.get("/products", name="by swarmfile")


class Fast(FastHttpUser):
    wait_time = constant(0.2)

    @task
    def page(self):
        self.client.get("/products", name="by geventhttpclient")

    @task
    def fails(self):
        self.client.get("/nowhere", name="missing")
"""


@dataclass(frozen=True)
class Swarm:
    """A master and a worker, and what they write."""

    folder: Path
    web: str
    master: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]

    def state(self) -> dict[str, object]:
        try:
            with urlopen(f"{self.web}/swarmfile/state", timeout=5) as response:
                state: dict[str, object] = json.load(response)
                return state
        except OSError:
            return {}


@pytest.fixture(scope="module")
def target() -> Iterator[RunningTarget]:
    with running_target(environment={"DEMO_BASIC_AUTH": PAIR}) as running:
        yield running


@pytest.fixture(scope="module")
def swarm(target: RunningTarget, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    folder = tmp_path_factory.mktemp("swarm")
    environment = staged(folder, SCRIPT, target.url, username="tester", password=CANARY)
    web_port, port = free_port(), free_port()
    web = ["--web-host=127.0.0.1", f"--web-port={web_port}"]
    load = ["--autostart", "--expect-workers=1", "--users=4", "--spawn-rate=4", "--run-time=1h", f"--host={target.url}"]
    with ExitStack() as stack:
        master = start(folder, "master", ["--master", f"--master-bind-port={port}", *web, *load], environment)
        stack.callback(master.kill)
        worker = start(folder, "worker", ["--worker", f"--master-port={port}"], environment)
        stack.callback(worker.kill)
        swarm = Swarm(folder, f"http://127.0.0.1:{web_port}", master, worker)
        wait_for(lambda: complete(pages(swarm)))
        yield swarm


def complete(shown: dict[str, str]) -> bool:
    """Returns whether each request, failure and exception is shown; Locust answers from a cache of some seconds."""
    requests, exceptions = shown.get("stats/requests", ""), shown.get("exceptions", "")
    return all(name in requests for name in NAMES) and "ValueError" in exceptions


def pages(swarm: Swarm) -> dict[str, str]:
    """Returns everything that the web server tells."""
    paths = ("swarmfile/state", "", "stats/requests", "exceptions", "logs", "tasks", "stats/report", "exceptions/csv")
    try:
        answers = {path: urlopen(f"{swarm.web}/{path}", timeout=10).read().decode() for path in paths}
    except OSError:
        return {}
    return answers | {"csv": urlopen(f"{swarm.web}/stats/failures/csv", timeout=10).read().decode()}


def found_in(texts: dict[str, str]) -> set[str]:
    return {name for name, text in texts.items() if any(form in text for form in FORMS)}


def test_users_of_every_kind_are_let_in(swarm: Swarm, target: RunningTarget) -> None:
    rows = json.loads(pages(swarm)["stats/requests"])["stats"]
    failures = {row["name"]: row["num_failures"] for row in rows if row["name"].startswith("by ")}
    assert failures == {"by requests": 0, "by geventhttpclient": 0, "by swarmfile": 0}
    assert 401 not in target.counts()["by_status"]


def test_the_web_ui_and_its_routes_do_not_show_the_password(swarm: Swarm) -> None:
    shown = pages(swarm)
    assert "[redacted]" in shown["stats/requests"]
    assert "[redacted]" in shown["exceptions"]
    assert found_in(shown) == set()


def test_neither_arguments_nor_environment_of_a_process_hold_the_password(swarm: Swarm) -> None:
    processes = [Path(f"/proc/{one.pid}") for one in (swarm.master, swarm.worker)]
    texts = {f"{one}/{name}": (one / name).read_text() for one in processes for name in ("cmdline", "environ")}
    assert "locust" in texts[f"{processes[0]}/cmdline"]
    assert found_in(texts) == set()


def test_nothing_that_a_run_writes_holds_the_password(swarm: Swarm) -> None:
    urlopen(f"{swarm.web}/stop", data=b"", timeout=30).read()
    wait_for(lambda: swarm.state().get("verdict"))
    swarm.worker.terminate()
    swarm.master.terminate()
    assert swarm.master.wait(60) == 2
    swarm.worker.wait(60)
    files = [path for path in swarm.folder.rglob("*") if path.is_file() and "lib" not in path.parts]
    texts = {str(path.relative_to(swarm.folder)): path.read_text(errors="replace") for path in files}
    assert {Path(name).name for name in texts} > {"report.html", "locust_failures.csv", "master.log", "worker.log"}
    assert "[redacted]" in texts["worker.log"]
    assert found_in(texts) == {"auth/password"}


@pytest.mark.parametrize("role", ["master", "worker"])
def test_half_a_pair_is_refused_before_anything_starts(tmp_path: Path, role: str) -> None:
    environment = staged(tmp_path, SCRIPT, "http://127.0.0.1:1", username="tester")
    ports = ["--master-bind-port=0"] if role == "master" else [f"--master-port={free_port()}"]
    process = start(tmp_path, role, [f"--{role}", "--headless", "--users=1", *ports], environment)
    assert process.wait(60) == 3
    lines = (tmp_path / f"{role}.log").read_text().splitlines()
    assert lines == [f"swarmfile: {tmp_path}/auth/password: is missing, but username is there; give both or neither"]
    assert not (tmp_path / "results").exists()


def test_a_host_with_a_password_is_refused_before_anything_starts(tmp_path: Path) -> None:
    environment = staged(tmp_path, SCRIPT, "")
    process = start(
        tmp_path, "one", ["--headless", "--users=1", f"--host=http://a:{quote(CANARY, safe='')}@x"], environment
    )
    assert process.wait(60) == 3
    log = (tmp_path / "one.log").read_text()
    assert "swarmfile: loadTest.host: contains a user name; write it to auth.username and auth.password" in log
    assert found_in({"log": log}) == set()
