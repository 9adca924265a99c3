"""What happens to a run when something changes, or nothing does."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.cluster import Namespace, fresh_namespace, restarts, run, until
from tests.cluster.conftest import await_quiet, received
from tests.cluster.environments import SHORT, SMALL, Environment

pytestmark = pytest.mark.timeout(600)
LONG = SMALL | SHORT | {"loadTest.runTime": "10m"}
# A user's own script: a library beside it, and a way to die as abruptly as by kill -9, which process 1 is immune to.
SCRIPT = """\
import os
from lib.helpers import PAGE
from locust import FastHttpUser, constant, events, task


class Own(FastHttpUser):
    wait_time = constant(0.5)

    @task
    def own(self):
        self.client.get(PAGE, name="VERSION")


@events.init.add_listener
def add_route(environment, **_):
    if environment.web_ui:
        environment.web_ui.app.add_url_rule("/die", "die", lambda: os._exit(137))
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    (folder / "libs").mkdir()
    (folder / "libs" / "helpers.py").write_text('PAGE = "/cart"\n')
    (folder / "mine.py").write_text(SCRIPT)
    return folder / "mine.py"


@pytest.fixture(scope="module")
def deployed(
    upstream_chart: str, namespace: Namespace, target: str, helmfile: Path, script: Path
) -> Iterator[Environment]:
    """A long run of a user's own script; the tests below change it one after the other."""
    own = {"LOCUSTFILE": str(script), "LIBS": str(script.parent / "libs")}
    with fresh_namespace(namespace.helm_path) as place:
        environment = Environment("load", place, helmfile, f"{target}.{namespace.name}", LONG, own)
        environment.apply()
        yield environment


def identities(environment: Environment) -> set[str]:
    return {pod["metadata"]["uid"] for pod in environment.pods("master") + environment.pods("worker")}


def revision(environment: Environment) -> str:
    return environment.namespace.helm("history", "locust", "--max=1", "-o", "json")


def test_an_unchanged_apply_does_not_disturb_a_running_test(deployed: Environment) -> None:
    state = deployed.running()
    before, pods = revision(deployed), identities(deployed)
    deployed.apply()

    def later() -> dict[str, Any] | None:
        now = deployed.running()
        return now if now["requests"] > state["requests"] else None

    # Workers report every 3 s.
    after = until(later, "more requests")
    assert (after["run"], identities(deployed)) == (state["run"], pods)
    if "not compared" not in run(deployed.namespace.helm_path, "diff", "version", check=False):
        assert revision(deployed) == before


def test_an_edited_script_rolls_the_pods_and_there_are_never_two_masters(deployed: Environment, script: Path) -> None:
    state = deployed.running()
    before = identities(deployed)
    script.write_text(SCRIPT.replace("VERSION", "edited"))
    with ThreadPoolExecutor(1) as pool:
        applying: Future[str] = pool.submit(deployed.apply)
        masters = until(lambda: seen_masters(deployed, applying, before), "new pods")
    assert max(masters) == 1
    after = deployed.running()
    assert after["run"] != state["run"]
    assert "edited" in deployed.ask("/stats/requests")


def seen_masters(environment: Environment, applying: Future[str], before: set[str]) -> list[int]:
    """The number of masters with a running process, looked at until none of the old pods is left."""
    seen = []
    while not applying.done() or before & all_identities(environment):
        seen.append(len(running_masters(environment)))
    return [*seen, len(running_masters(environment))]


def running_masters(environment: Environment) -> list[str]:
    pods = environment.namespace.get("pods", "component=master")
    return [
        pod["metadata"]["name"]
        for pod in pods
        for one in pod["status"].get("containerStatuses", [])
        if one["state"].get("running")
    ]


def all_identities(environment: Environment) -> set[str]:
    return {pod["metadata"]["uid"] for pod in environment.namespace.get("pods", "app.kubernetes.io/instance=locust")}


def test_a_master_that_dies_does_not_start_the_test_again(deployed: Environment, namespace: Namespace) -> None:
    run_id = deployed.running()["run"]
    deployed.ask("/die")
    until(lambda: sum(restarts(pod) for pod in deployed.pods("master")), "restarted master")
    verdict = deployed.verdict()
    assert (verdict["run"], verdict["outcome"]) == (run_id, "INVALID")
    assert f"run {run_id} of this definition was started before" in deployed.log()
    # Workers go on until they miss the master, which they notice after a minute; then they come back to the new one.
    until(lambda: len(deployed.state().get("workers", [])) == 2, "workers at the new master", 240)
    quiet_from = await_quiet(namespace, "GET /cart")
    deployed.apply()
    assert deployed.state()["state"] == "stopped"
    assert received(namespace)["by_route"]["GET /cart"] == quiet_from


def test_another_run_id_runs_the_same_again(deployed: Environment) -> None:
    again = replace(deployed, variables={**deployed.variables, "RUN_ID": "again"})
    before = again.state()["run"]
    again.apply()
    assert again.running()["run"] != before
