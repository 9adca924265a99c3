"""Brings the requests that were sent and not answered to the run: they are counted as failed, or as cut off.

The clients of each kind of user notice them, see swarmfile/clients/kind.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from locust import events
from locust.env import Environment
from locust.runners import LocalRunner, WorkerRunner

from swarmfile.definition.validity import Doubt, Reason
from swarmfile.listeners import quietly
from swarmfile.run.context import Context
from swarmfile.run.finished import Run
from swarmfile.run.interrupted import KEY, OF_PROCESS, Unanswered

if TYPE_CHECKING:
    from swarmfile.run.live import LiveRun


def install(context: Context) -> None:
    """Begins with each run, and reports to the process that leads."""

    def on_init(environment: Environment, **_: object) -> None:
        environment.events.test_start.add_listener(quietly(lambda **_: OF_PROCESS.begin(environment)))
        failed = quietly(OF_PROCESS.slowest.failed)
        # The fast client asks it about failures alone.
        failed.failures_only = True  # type: ignore[attr-defined]
        environment.events.request.add_listener(failed)
        if isinstance(environment.runner, WorkerRunner):
            follow(environment, environment.runner)
        else:
            lead(context, environment)

    events.init.add_listener(on_init)


def follow(environment: Environment, runner: WorkerRunner) -> None:
    """Adds what this worker knows to its reports, behind Locust's own listener, which fills them."""
    environment.events.report_to_master.add_listener(
        quietly(lambda data, **_: OF_PROCESS.report(data, runner.user_count))
    )


def lead(context: Context, environment: Environment) -> None:
    """Gives each run the counts of those that make its requests."""
    runs: list[LiveRun] = []

    def begin(live: LiveRun) -> None:
        runs[:] = [live]
        if isinstance(environment.runner, LocalRunner):
            live.unanswered["this process"] = OF_PROCESS.counts

    def note(client_id: str, data: dict[str, Any], **_: object) -> None:
        if runs and KEY in data:
            runs[0].unanswered[client_id] = Unanswered(**data[KEY])

    context.hooks.begun.append(begin)
    context.hooks.doubts.append(doubts)
    environment.events.worker_report.add_listener(quietly(note))


def doubts(run: Run) -> Iterator[Doubt]:
    """Yields a doubt where requests are in flight though no user is left: a task's greenlets that it left alone."""
    if left := run.unanswered.in_flight:
        yield Doubt(
            Reason.STATISTICS_INCOMPLETE,
            f"statistics are incomplete: {left} requests were in flight when all users had ended, and are not counted; "
            "let a task wait for the greenlets that it spawns",
        )
