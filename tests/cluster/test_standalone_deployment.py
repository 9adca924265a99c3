"""The chart alone, mode deployment: a web UI that stays and waits to be told."""

import json
import re
import subprocess
import urllib.request

import pytest

from tests.cluster.cluster import PATIENCE, Namespace, restarts, run

QUIET = {
    **PATIENCE,
    "mode": "deployment",
    "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
    "workers": {"resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}},
}


def values(host: str, **load: object) -> dict[str, object]:
    return {**QUIET, "loadTest": {"host": host, "users": 4, "spawnRate": 4, "runTime": "5s"} | load}


def ask(namespace: Namespace, pod: str, path: str, form: str = "") -> str:
    """Returns what the pod's web UI answers; with a form it is a POST."""
    data = f", data={form!r}.encode()" if form else ""
    return namespace.python(
        pod, f"import urllib.request as u; print(u.urlopen('http://127.0.0.1:8089{path}'{data}).read().decode())"
    )


@pytest.fixture(scope="module")
def waiting(namespace: Namespace, target: str) -> str:
    """The pod of the release `ui`, which has one worker and waits."""
    namespace.install("ui", values(target), "--set", "workers.replicas=1")
    namespace.ready("ui", "worker")
    return namespace.ready("ui")


def test_it_waits_until_it_is_told_to_start(namespace: Namespace, waiting: str) -> None:
    state = json.loads(ask(namespace, waiting, "/swarmfile/state"))
    assert (state["state"], state["requests"]) == ("ready", 0)


def test_the_notes_commands_work_when_pasted(namespace: Namespace, waiting: str) -> None:
    forward, ask_helm, log, *_ = namespace.notes("ui")
    with subprocess.Popen(["bash", "-c", f"exec {forward}"], stdout=subprocess.PIPE, text=True) as forwarding:
        assert forwarding.stdout
        assert "Forwarding from 127.0.0.1:8089" in forwarding.stdout.readline()
        with urllib.request.urlopen("http://localhost:8089/", timeout=30) as page:
            assert b"Locust" in page.read()
        forwarding.terminate()
    # `helm test` proves that the UI answers inside of the cluster.
    assert re.search(r"Phase:\s+Succeeded", run("bash", "-c", ask_helm))
    assert "Starting Locust" in run("bash", "-c", log)


def test_a_run_started_in_the_ui_ends_in_a_verdict_and_the_ui_stays(namespace: Namespace, waiting: str) -> None:
    namespace.until(lambda: json.loads(ask(namespace, waiting, "/swarmfile/state"))["workers"], "worker at the master")
    ask(namespace, waiting, "/swarm", "user_count=4&spawn_rate=4&run_time=5s")
    namespace.until(lambda: "swarmfile: verdict PASS" in namespace.log("ui"), "verdict in the log", 60)
    state = json.loads(ask(namespace, waiting, "/swarmfile/state"))
    assert (state["state"], state["verdict"]["outcome"]) == ("stopped", "PASS")
    pods = [*namespace.pods("ui", "master"), *namespace.pods("ui", "worker")]
    assert [restarts(pod) for pod in pods] == [0, 0]


def test_autostart_starts_by_itself(namespace: Namespace, target: str) -> None:
    namespace.install("auto", values(target, autostart=True))
    namespace.ready("auto")
    namespace.until(lambda: "swarmfile: verdict PASS" in namespace.log("auto"), "verdict in the log", 60)


def test_a_broken_script_is_one_line_and_no_crash_loop(namespace: Namespace, target: str) -> None:
    broken = {"locustfile": {"inline": "from locust import HttpUser\ndef broken(:\n"}}
    namespace.install("broken", values(target) | broken, "--set", "workers.replicas=1")
    namespace.until(lambda: "swarmfile: verdict INVALID" in namespace.log("broken"), "INVALID in the log")
    namespace.until(lambda: "smoke.py: line 2" in namespace.log("broken", "worker"), "reason in the worker's log")
    pods = [*namespace.pods("broken", "master"), *namespace.pods("broken", "worker")]
    assert [(pod["status"]["phase"], restarts(pod)) for pod in pods] == [("Running", 0)] * 2
