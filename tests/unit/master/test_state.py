"""What the route tells of a run from before its start to after its end, by real environments."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from locust.argument_parser import get_parser
from locust.env import Environment
from locust.runners import STATE_RUNNING, MasterRunner, WorkerNode
from locust.web import WebUI

from swarmfile.master.state import install, run_state, state
from swarmfile.master.watch import RunWatch
from swarmfile.run.context import Context
from swarmfile.run.finished import Cause
from swarmfile.run.state import ROUTE, parse


def watching(environment: Environment, folder: Path, *arguments: str) -> RunWatch:
    environment.parsed_options = get_parser().parse_args([*arguments])
    return RunWatch(Context(results=folder, first_run="smoke-first"), environment)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[RunWatch]:
    """A process that leads itself and has done nothing yet."""
    environment = Environment(user_classes=[])
    environment.create_local_runner()
    made = watching(environment, tmp_path)
    yield made
    made.conclude()


def begin(watch: RunWatch) -> None:
    watch.requested(3, 1.0)
    watch.begin()


def reach_all_users(watch: RunWatch) -> None:
    begin(watch)
    watch.runner.state = STATE_RUNNING


def end(watch: RunWatch) -> None:
    begin(watch)
    watch.wish = Cause.STOPPED
    watch.end()


def conclude(watch: RunWatch) -> None:
    end(watch)
    watch.conclude()


@pytest.mark.parametrize(
    ("reach", "name"),
    [
        (lambda _: None, "ready"),
        (begin, "spawning"),
        (reach_all_users, "running"),
        (end, "stopping"),
        (conclude, "stopped"),
    ],
)
def test_the_state_follows_the_run(watch: RunWatch, reach: Callable[[RunWatch], None], name: str) -> None:
    reach(watch)
    told = state(watch)
    assert (told["state"], told["run"], told["type"]) == (name, "smoke-first", "test")
    assert (told["verdict"] is not None) == (name == "stopped")


def test_a_process_that_is_to_run_by_itself_waits_for_its_workers(master: MasterRunner, tmp_path: Path) -> None:
    assert run_state(watching(master.environment, tmp_path, "--autostart")) == "waiting"


def test_numbers_are_locusts_own_and_unknown_without_a_request(watch: RunWatch) -> None:
    assert (state(watch)["requests"], state(watch)["p95_ms"]) == (0, None)
    for milliseconds in (100, 100, 200):
        watch.environment.stats.log_request("GET", "/", milliseconds, 1)
    watch.environment.stats.log_error("GET", "/", ValueError())
    told = state(watch)
    assert (told["requests"], told["failures"], told["p50_ms"], told["p95_ms"]) == (3, 1, 100, 200)


def test_a_master_tells_of_each_worker(master: MasterRunner, tmp_path: Path) -> None:
    worker = master.clients["a"] = WorkerNode("a", STATE_RUNNING)
    worker.user_classes_count, worker.cpu_usage, worker.memory_usage = {"Idle": 2}, 12, 3456
    assert state(watching(master.environment, tmp_path))["workers"] == (
        {"id": "a", "state": "running", "users": 2, "cpu_percent": 12, "memory_bytes": 3456},
    )


def test_the_route_answers_without_a_login(watch: RunWatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["locust"])  # which the web UI reads
    environment = watch.environment
    environment.web_ui = WebUI(environment, "127.0.0.1", 0, web_login=True, delayed_start=True)
    install(watch)
    assert environment.web_ui.app
    answer = environment.web_ui.app.test_client().get(ROUTE)
    assert parse(json.loads(answer.data)).run == "smoke-first"
