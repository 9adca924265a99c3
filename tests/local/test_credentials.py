"""A run against a target behind Basic auth, and a search for the password in everything that can be seen of it."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from demo.process import RunningTarget, running_target
from tests.local import swarm as swarms
from tests.local.swarm import Swarm
from tests.waiting import wait_until

CANARY = "c4n/ary pass-w0rd"
PAIR = f"tester:{CANARY}"
# As it is, as headers carry it, as URLs, JSON and HTML write it, and what a target may make of it.
FORMS = {
    CANARY,
    CANARY.upper(),
    base64.b64encode(PAIR.encode()).decode(),
    base64.b64encode(CANARY.encode()).decode(),
    base64.b64encode(f"Basic: {CANARY}!".encode()).decode(),
    quote(CANARY, safe=""),
    quote(CANARY, safe="").lower(),
    quote(CANARY),
    json.dumps(CANARY)[1:-1],
    CANARY.encode().hex(),
    "".join(f"&#{ord(each)};" for each in CANARY),
    CANARY.replace("/", "&sol;"),
}
NAMES = ("by requests", "by swarmfile", "by geventhttpclient", "missing", "raised", "quoted", "form [redacted]")
# Answers of /echo hold the header that was sent: the worst that a target and a script can do.
SCRIPT = """
import logging

from swarmfile.http.user import SwarmHttpUser
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
    def quotes_it_in_every_form(self):
        for form in FORMS:
            with self.client.get("/echo", name="form " + form, catch_response=True) as response:
                logging.error("in another form: %s", form)
                response.failure(form)

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


@pytest.fixture(scope="module")
def target() -> Iterator[RunningTarget]:
    with running_target(environment={"DEMO_BASIC_AUTH": PAIR}) as running:
        yield running


@pytest.fixture(scope="module")
def swarm(target: RunningTarget, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    secrets = {"username": "tester", "password": CANARY}
    with swarms.swarm(
        tmp_path_factory.mktemp("swarm"), target.url, script=f"FORMS = {sorted(FORMS)}\n{SCRIPT}", secrets=secrets
    ) as one:
        one.start("--autostart", "--users=4", "--spawn-rate=4", "--run-time=1h", workers=1)
        wait_until(lambda: complete(pages(one)), lambda: f"every name in {pages(one)}", 120)
        yield one


def complete(shown: dict[str, str]) -> bool:
    """Returns whether each request, failure and exception is shown; Locust answers from a cache of some seconds."""
    requests, exceptions = shown.get("stats/requests", ""), shown.get("exceptions", "")
    return all(name in requests for name in NAMES) and "ValueError" in exceptions


def pages(swarm: Swarm) -> dict[str, str]:
    """Returns everything that the web server tells."""
    paths = ("swarmfile/state", "", "stats/requests", "exceptions", "logs", "tasks", "stats/report", "exceptions/csv")
    try:
        answers = {path: urlopen(f"{swarm.url}/{path}", timeout=10).read().decode() for path in paths}
    except OSError:
        return {}
    return answers | {"csv": urlopen(f"{swarm.url}/stats/failures/csv", timeout=10).read().decode()}


def found_in(texts: dict[str, str]) -> set[str]:
    return {name for name, text in texts.items() if any(form in text for form in FORMS)}


def test_users_of_every_kind_are_let_in(swarm: Swarm, target: RunningTarget) -> None:
    rows = json.loads(pages(swarm)["stats/requests"])["stats"]
    failures = {row["name"]: row["num_failures"] for row in rows if row["name"].startswith("by ")}
    assert failures == {"by requests": 0, "by geventhttpclient": 0, "by swarmfile": 0}
    assert "401" not in target.counts()["by_status"]


def test_the_web_ui_and_its_routes_do_not_show_the_password(swarm: Swarm) -> None:
    shown = pages(swarm)
    assert "[redacted]" in shown["stats/requests"]
    assert "[redacted]" in shown["exceptions"]
    assert found_in(shown) == set()


def test_neither_arguments_nor_environment_of_a_process_hold_the_password(swarm: Swarm) -> None:
    processes = [Path(f"/proc/{one.pid}") for one in swarm.processes]
    texts = {f"{one}/{name}": (one / name).read_text() for one in processes for name in ("cmdline", "environ")}
    assert "locust" in texts[f"{processes[0]}/cmdline"]
    assert found_in(texts) == set()


def test_nothing_that_a_run_writes_holds_the_password(swarm: Swarm) -> None:
    swarm.post("/stop")
    swarm.await_verdict()
    for process in swarm.processes:
        process.terminate()
    assert swarm.await_end() == 2
    swarm.workers[0].wait(60)
    files = [path for path in swarm.folder.rglob("*") if path.is_file() and "lib" not in path.parts]
    texts = {str(path.relative_to(swarm.folder)): path.read_text(errors="replace") for path in files}
    assert {Path(name).name for name in texts} > {"report.html", "locust_failures.csv", "master.log", "worker-0.log"}
    assert "[redacted]" in texts["worker-0.log"]
    # The script is what this test gave.
    assert {name for name in found_in(texts) if not name.endswith(".py")} == {"auth/password"}


@pytest.mark.parametrize("name", ["master", "worker-0"])
def test_half_a_pair_is_refused_before_anything_starts(tmp_path: Path, name: str) -> None:
    with swarms.swarm(tmp_path, "http://127.0.0.1:1", secrets={"username": "tester"}) as one:
        process = one.start_master("--headless", "--users=1") if name == "master" else one.add_worker()
        assert process.wait(60) == 3
        lines = one.log(name).splitlines()
    assert lines == [f"swarmfile: {tmp_path}/auth/password: is missing, but username is there; give both or neither"]
    assert not one.results.exists()


def test_a_host_with_a_password_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with swarms.swarm(tmp_path, f"http://a:{quote(CANARY, safe='')}@x") as one:
        one.start_alone("--headless", "--users=1")
        assert one.await_end() == 3
        log = one.log()
    assert "swarmfile: loadTest.host: contains a user name; write it to auth.username and auth.password" in log
    assert found_in({"log": log}) == set()
