"""Runs are followed from Locust's own events, in the process that leads and in no other."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from locust.argument_parser import get_parser
from locust.env import Environment
from locust.event import Events
from locust.runners import STATE_RUNNING, MasterRunner, Runner, WorkerNode, WorkerRunner

from swarmfile.master import install as run_master
from swarmfile.master import quit as run_quit
from swarmfile.master import script_end
from swarmfile.master.watch import RunWatch
from swarmfile.run.context import Context
from swarmfile.run.finished import Cause
from tests.unit.conftest import Idle, Started
from tests.unit.http.swarm_user import eventually

Lead = Callable[[Runner], RunWatch]


@pytest.fixture(autouse=True)
def nothing_ends_this_process(sigterm: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_quit, "events", Events())
    monkeypatch.setattr(script_end, "listen_to_exits", lambda _: None)


@pytest.fixture
def lead(tmp_path: Path) -> Lead:
    """Lets a watch follow the runs of a runner."""

    def follow(runner: Runner) -> RunWatch:
        runner.environment.parsed_options = get_parser().parse_args([])
        watch = RunWatch(Context(results=tmp_path, first_run="smoke-first"), runner.environment)
        run_master.lead(watch)
        return watch

    return follow


@pytest.fixture
def local() -> Iterator[Runner]:
    """A runner that makes its load itself."""
    runner = Environment(user_classes=[Idle]).create_local_runner()
    yield runner
    runner.greenlet.kill()


def test_a_process_that_makes_its_load_itself_concludes_as_soon_as_it_stops(lead: Lead, local: Runner) -> None:
    watch = lead(local)
    local.start(1, 1)
    eventually(lambda: local.state == STATE_RUNNING)
    assert watch.live
    local.stop()
    assert watch.concluded
    assert (watch.concluded.run.id, watch.concluded.run.cause) == ("smoke-first", Cause.SCRIPT)


def test_a_master_waits_for_the_last_report_of_a_worker(lead: Lead, master: MasterRunner) -> None:
    watch, events = lead(master), master.environment.events
    master.clients["a"] = WorkerNode("a", STATE_RUNNING)
    events.test_start.fire(environment=master.environment)
    eventually(lambda: watch.live and watch.live.presence.samples)
    events.test_stopping.fire(environment=master.environment)
    events.test_stop.fire(environment=master.environment)
    eventually(lambda: watch.live and list(watch.live.workers.pending) == ["a"])
    events.worker_report.fire(client_id="a", data={"user_count": 0})
    assert watch.live
    assert list(watch.live.workers.pending) == []
    eventually(lambda: watch.concluded)


def test_the_plan_is_what_locust_is_told(lead: Lead, local: Runner) -> None:
    watch = lead(local)
    for told in watch.context.hooks.requested:
        told(7, 1.0)
    local.environment.events.test_start.fire(environment=local.environment)
    assert watch.live
    assert watch.live.plan.peak == 7
    watch.conclude()


def test_a_worker_follows_no_run(started: Started, worker: WorkerRunner) -> None:
    context = Context()
    worker.environment.parsed_options = get_parser().parse_args([])
    started(run_master, worker, context)
    assert context.hooks.requested == []
