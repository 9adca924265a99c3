"""What real workers counted second by second is judged by their real master; a process without workers does both."""

from collections.abc import Callable, Iterator

import pytest
from gevent.pool import Group
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner

from swarmfile.definition.settings import parse
from swarmfile.judge import install as criteria_run
from swarmfile.run.context import Context
from swarmfile.run.finished import Run
from swarmfile.stats import values
from swarmfile.verdict import Assertion
from tests.unit.conftest import Started
from tests.unit.http.swarm_user import eventually

CRITERION = 'maximum of value "queue" < 5'
Process = Callable[[Runner], Context]


@pytest.fixture
def process(started: Started, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """Makes a process of a runner, and returns its context; what is spawned there ends with the test."""
    spawned = Group()
    monkeypatch.setattr(criteria_run, "gevent", spawned)

    def start(runner: Runner) -> Context:
        context = Context(settings=parse({"assertions": {"criteria": [CRITERION]}}))
        started(criteria_run, runner, context)
        return context

    yield start
    spawned.kill()


def asserted(context: Context, run: Run) -> list[Assertion]:
    return [assertion for ask in context.hooks.assertions for assertion in ask(run)]


def test_a_master_judges_what_its_workers_counted(
    process: Process, a_run: Callable[..., Run], master: MasterRunner, worker: WorkerRunner
) -> None:
    leading, working = process(master), process(worker)
    values.record("queue", 7)
    worker.stats.log_request("GET", "/", 10, 1)
    worker._send_stats()
    eventually(lambda: master.stats.total.num_requests)
    assert [(found.assertion, found.value) for found in asserted(leading, a_run())] == [(CRITERION, 7)]
    assert asserted(working, a_run()) == []


def test_a_process_without_workers_judges_its_own(process: Process, a_run: Callable[..., Run]) -> None:
    leading = process(Environment().create_local_runner())
    values.record("queue", 7)
    assert [found.value for found in asserted(leading, a_run())] == [7]


def test_what_was_counted_before_a_run_is_not_judged_in_it(process: Process, a_run: Callable[..., Run]) -> None:
    runner = Environment().create_local_runner()
    leading = process(runner)
    values.record("queue", 7)
    runner.environment.events.test_start.fire(environment=runner.environment)
    assert [found.value for found in asserted(leading, a_run())] == [None]
