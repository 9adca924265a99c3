"""A test is followed to whatever verdict is known, and to INVALID where none will come."""

import json
import re
import signal
from pathlib import Path

import pytest

from swarmfile.cli.cluster import wait
from swarmfile.cli.cluster.kubectl import KubectlError
from swarmfile.cli.cluster.workload import Sight, Workload
from swarmfile.cli.local.interrupts import Interrupts
from swarmfile.run.state import RunState, State
from swarmfile.sidecar.record import RUNNING
from tests.unit.cli.cluster_folder import PASS, RUN, STATE, WITHOUT_NODE, Cluster, Said, keep, pod, workload

COMPLETE = [{"type": "Complete", "status": "True"}]


@pytest.mark.parametrize(("outcome", "code"), [("PASS", 0), ("FAIL", 1), ("INVALID", 2)])
def test_it_ends_as_the_masters_verdict_says(cluster: Cluster, waited: Said, outcome: str, code: int) -> None:
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE | {"verdict": PASS | {"outcome": outcome, "exitCode": code, "reasons": ["because"]}})
    ended, said = waited()
    assert ended == code
    assert f"{outcome} {RUN}\n  because" in said
    assert "/pods/locust-master-1:8090/proxy/swarmfile/state" in cluster.calls()


def test_it_shows_the_run_until_the_verdict_comes(
    cluster: Cluster, waited: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = iter([RunState.WAITING, RunState.RUNNING, RunState.STOPPED])
    cluster.shows(workload(), pod())

    def next_state(*_: object) -> State:
        name = next(states)
        return State(run=RUN, type="smoke", state=name, verdict=PASS if name is RunState.STOPPED else None)

    monkeypatch.setattr(wait, "asked", next_state)
    code, said = waited()
    assert code == 0
    assert re.search(r"smoke: waiting.*smoke: running.*smoke: stopped.*PASS smoke", said, re.DOTALL)


@pytest.mark.parametrize(("outcome", "code"), [("PASS", 0), ("FAIL", 1), ("INVALID", 2)])
def test_a_run_that_is_over_is_known_by_its_record(cluster: Cluster, waited: Said, outcome: str, code: int) -> None:
    cluster.shows(workload("Job", conditions=COMPLETE), pod(phase="Succeeded"))
    keep(cluster, outcome)
    assert waited()[0] == code
    assert "swarmfile.io/installation=uid-locust-master" in cluster.calls()


def test_a_deployment_s_runs_are_those_since_it_was_installed(cluster: Cluster, waited: Said) -> None:
    cluster.shows(workload(), pod(phase="Pending"))
    keep(cluster, "PASS")
    code, said = waited()
    assert code == 0
    assert "swarmfile.io/installation=cm" in cluster.calls()
    assert f"{RUN} was over when this wait began; an apply that changes nothing starts no run" in said


def test_the_last_run_is_not_answered_where_it_was_of_another_definition(cluster: Cluster, waited: Said) -> None:
    cluster.shows(workload(), pod(phase="Pending"))
    keep(cluster, "PASS", definition="e" * 64)
    code, said = waited("--timeout=0")
    assert code == 2
    assert "no verdict came" in said


def test_without_a_record_the_termination_message_tells_it(cluster: Cluster, waited: Said) -> None:
    message = f"swarmfile: verdict FAIL {RUN}\nswarmfile: reason: p95 is 2 s"
    ended = [{"name": "locust", "state": {"terminated": {"exitCode": 0, "message": message}}}]
    cluster.shows(workload("Job", conditions=COMPLETE), pod(phase="Succeeded", containerStatuses=ended))
    code, said = waited()
    assert code == 1
    assert "p95 is 2 s" in said


def test_a_job_that_ends_without_a_verdict_is_invalid_and_its_last_line_is_told(cluster: Cluster, waited: Said) -> None:
    ended = [{"name": "locust", "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]
    cluster.shows(workload("Job", conditions=COMPLETE), pod(phase="Failed", containerStatuses=ended))
    cluster.answer("log", "one\ntwo\n")
    code, said = waited()
    assert code == 2
    assert "ended without a verdict: container locust: OOMKilled, exit code 137; its last line: two" in said


KILLED = [{"name": "locust", "state": {"terminated": {"exitCode": 137, "reason": "Error"}}}]


def test_a_job_whose_master_was_killed_does_not_run_on_until_its_sidecar_has_ended(
    cluster: Cluster, waited: Said, tmp_path: Path
) -> None:
    cluster.shows(workload("Job"), pod(containerStatuses=KILLED))
    keep(cluster, RUNNING, at=1.0)
    cluster.answer("log", "one\n")
    code, said = waited("-o", str(tmp_path / "out"))
    reason = "Job locust-master ended without a verdict: container locust: Error, exit code 137; its last line: one"
    assert code == 2
    assert "running" not in said
    assert f"{reason}; waiting for what is kept of the run\nINVALID" in said
    assert f"\n  {reason}\n" in said
    assert json.loads((tmp_path / "out" / "verdict.json").read_text())["reasons"] == [reason]


def test_a_job_that_tries_again_goes_on(cluster: Cluster, waited: Said) -> None:
    cluster.shows(workload("Job", retries=1), pod(containerStatuses=KILLED))
    keep(cluster, RUNNING)
    assert "no verdict came within 0 s; the test goes on" in waited("--timeout=0")[1]


def test_a_job_whose_pod_is_gone_is_invalid(cluster: Cluster, waited: Said) -> None:
    failed = [{"type": "Failed", "status": "True", "message": "Job has reached the specified backoff limit"}]
    cluster.shows(workload("Job", "smoke-1", conditions=failed))
    code, said = waited()
    assert code == 2
    assert "Job smoke-1 ended without a verdict: Job has reached the specified backoff limit" in said


def test_a_test_that_is_removed_while_it_runs_is_invalid(
    cluster: Cluster, waited: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    sights = iter([Sight((Workload(workload()),), (pod(),))])
    monkeypatch.setattr(wait, "look", lambda _: next(sights, Sight((), ())))
    code, said = waited("-n", "shop")
    assert code == 2
    assert "Deployment locust-master was removed from namespace shop, or replaced by an apply, before" in said


def test_a_removed_test_whose_last_record_came_ends_as_that_says(
    cluster: Cluster, waited: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(cluster, "INVALID", reasons=("cut short: SIGTERM",))
    sights = iter([Sight((Workload(workload()),), (pod(),))])
    monkeypatch.setattr(wait, "look", lambda _: next(sights, Sight((), ())))
    assert "cut short: SIGTERM" in waited()[1]


def test_what_keeps_a_pod_is_told_and_ends_the_waiting_when_its_time_is_over(cluster: Cluster, waited: Said) -> None:
    cluster.shows(workload(), pod(**WITHOUT_NODE))
    code, said = waited("--pending-timeout=0")
    assert code == 2
    assert "smoke: starting" in said
    assert said.count("pod locust-master-1 cannot be scheduled: 0/1 nodes are available;") == 2


def test_the_workers_pods_count_as_long_as_no_load_runs(cluster: Cluster, waited: Said) -> None:
    labels = {"component": "worker", "app.kubernetes.io/instance": "locust"}
    worker = workload(name="locust-worker", labels=labels)
    cluster.shows(workload(), pod(), worker, pod("locust-worker-1", labels=labels, **WITHOUT_NODE))
    cluster.answer("state", STATE | {"state": "waiting", "verdict": None})
    code, said = waited("--pending-timeout=0")
    assert code == 2
    assert "pod locust-worker-1 cannot be scheduled" in said


def test_a_crash_loop_is_told_with_the_last_line_of_its_log(cluster: Cluster, waited: Said) -> None:
    crash = {"waiting": {"reason": "CrashLoopBackOff"}}
    status = {"name": "locust", "state": crash, "lastState": {"terminated": {"exitCode": 2, "reason": "Error"}}}
    cluster.shows(workload(), pod(phase="Running", containerStatuses=[status]))
    cluster.fail("state", "Error from server (ServiceUnavailable): error trying to reach service")
    cluster.answer("log", "usage: locust\nlocust: error: unrecognized arguments: --fast\n")
    code, said = waited("--pending-timeout=0")
    assert code == 2
    assert "(exit code 2); its last line: locust: error: unrecognized arguments: --fast" in said


def test_the_timeout_is_invalid_and_says_what_goes_on(cluster: Cluster, waited: Said) -> None:
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE | {"state": "running", "verdict": None})
    code, said = waited("--timeout=0")
    assert code == 2
    assert f"INVALID {RUN}\n  no verdict came within 0 s; the test goes on in the cluster, running" in said


@pytest.mark.parametrize("state", ["ready", "waiting"])
def test_the_timeout_does_not_claim_that_a_test_goes_on_which_has_not_begun(
    cluster: Cluster, waited: Said, state: str
) -> None:
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE | {"state": state, "verdict": None})
    assert f"within 0 s; the test has not begun, {state}\n" in waited("--timeout=0")[1]


def test_a_namespace_without_a_test_is_called_that(cluster: Cluster, waited: Said) -> None:
    code, said = waited("--timeout=0", "-n", "shop")
    assert code == 2
    assert said == (
        "no test is installed in namespace shop yet\n"
        "INVALID\n  no verdict came within 0 s; no test is installed in namespace shop\n"
    )


def test_who_stops_waiting_is_told_what_goes_on(
    cluster: Cluster, waited: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE | {"state": "running", "verdict": None})
    monkeypatch.setattr(Interrupts, "wait", lambda interrupts, _: interrupts.note(signal.SIGINT, None))
    said = waited()[1]
    assert "nobody waited for its verdict any more; the test goes on in the cluster, running" in said


def test_who_may_not_ask_the_master_follows_the_records(cluster: Cluster, waited: Said) -> None:
    cluster.shows(workload(), pod())
    cluster.fail("state", 'Error from server (Forbidden): pods "locust-master-1" is forbidden: no pods/proxy')
    keep(cluster, RUNNING)
    code, said = waited("--timeout=0")
    assert code == 2
    assert "is forbidden: no pods/proxy: following what is kept of the run every 15 s instead" in said
    assert "smoke: running" in said
    assert cluster.calls().count("/proxy/swarmfile/state") == 1


def test_a_certain_run_is_known_by_its_record_alone(cluster: Cluster, waited: Said) -> None:
    keep(cluster, "FAIL", at=1.0)
    assert waited("--run", RUN)[0] == 1


def test_a_certain_run_whose_pod_is_long_gone_was_cut_short(cluster: Cluster, waited: Said) -> None:
    keep(cluster, RUNNING, at=1.0)
    code, said = waited("--run", RUN)
    assert code == 2
    assert "cut short: the run's pod was lost or removed" in said


def test_a_certain_run_is_not_taken_for_the_one_that_is_installed(cluster: Cluster, waited: Said) -> None:
    cluster.shows(workload(), pod())
    cluster.answer("state", STATE | {"run": "smoke-other"})
    keep(cluster, "FAIL")
    assert waited("--run", RUN)[0] == 1


def test_an_api_server_that_is_away_for_a_moment_ends_nothing(
    cluster: Cluster, waited: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.answer("state", STATE)
    seen: list[Sight | None] = [
        Sight((Workload(workload()),), ()),
        None,
        Sight((Workload(workload()),), (pod(),)),
    ]

    def look(_: object) -> Sight:
        now = seen.pop(0)
        if now is None:
            raise KubectlError("kubectl: the server is away")
        return now

    monkeypatch.setattr(wait, "look", look)
    assert waited()[0] == 0


LOST = {"outcome": "INVALID", "exitCode": 2, "reasons": ["every worker was lost after 9 s of the planned 60 s"]}
WARNED = {"warnings": ["workers were lost (w-1) with up to 3 s of their requests"]}
WORKER = {"component": "worker", "app.kubernetes.io/instance": "locust"}


@pytest.mark.parametrize(("verdict", "told"), [(LOST, True), (WARNED, True), ({}, False)])
def test_it_says_which_workers_ran_out_of_memory(
    cluster: Cluster, waited: Said, verdict: dict[str, object], told: bool
) -> None:
    killed = {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-22T10:00:09Z"}
    statuses = [{"name": "locust", "state": {"running": {}}, "lastState": {"terminated": killed}}]
    worker = pod("locust-worker-1", labels=WORKER, containerStatuses=statuses)
    cluster.shows(workload(), pod(), workload(name="locust-worker", labels=WORKER), worker)
    cluster.answer("state", STATE | {"verdict": PASS | verdict})
    sentence = (
        "container locust of pod locust-worker-1 ran out of memory (OOMKilled at 2026-11-22T10:00:09Z); "
        "raise its memory limit (resources)"
    )
    assert (sentence in waited()[1]) == told
