"""Wires the criteria into a run: workers send their seconds, the process that leads judges them."""

from __future__ import annotations

from collections.abc import Sequence

import gevent
from locust import events
from locust.env import Environment
from locust.runners import LocalRunner, WorkerRunner

from swarmfile.definition.assertion import Criterion
from swarmfile.judge.judge import Judge
from swarmfile.judge.worker import SecondBySecond
from swarmfile.listeners import quietly
from swarmfile.patches import buckets as distribution_locust
from swarmfile.patches.buckets import Tidier
from swarmfile.run.context import Context


def install(context: Context) -> None:
    """Refines Locust's counts in every process, and judges in the one that leads."""
    distribution_locust.replace_rounding()
    assertions = context.settings.assertions
    criteria = [*assertions.criteria, *([assertions.safety_stop] if assertions.safety_stop else [])]

    def on_init(environment: Environment, **_: object) -> None:
        if isinstance(environment.runner, WorkerRunner):
            send_seconds(environment, criteria)
        else:
            lead(context, environment, criteria)

    events.init.add_listener(quietly(on_init))


def send_seconds(environment: Environment, criteria: Sequence[Criterion]) -> SecondBySecond:
    """Lets a process cut its statistics into seconds, and a worker add them to its reports."""
    seconds = SecondBySecond(environment.stats, criteria)
    environment.events.test_start.add_listener(quietly(lambda **_: seconds.reset()))
    # Behind Locust's own listener, which fills the report and sets the counts to zero.
    environment.events.report_to_master.add_listener(quietly(lambda data, **_: seconds.report(data)))
    gevent.spawn(seconds.run)
    return seconds


def lead(context: Context, environment: Environment, criteria: Sequence[Criterion]) -> None:
    """Follows the runs of this process; a single process has its own seconds, a master those of its workers."""
    own = send_seconds(environment, criteria) if isinstance(environment.runner, LocalRunner) else None
    judge = Judge(context.settings.assertions, environment, own, context.settings.validity)
    keeps_current = bool(getattr(environment.parsed_options, "stats_history_enabled", False))
    tidier = Tidier(environment.stats, keeps_current_percentiles=keeps_current)
    context.hooks.begun.append(judge.begin)
    context.hooks.second.append(judge.second)
    context.hooks.second.append(lambda _: tidier.step())
    context.hooks.assertions.append(judge.assertions)
    context.hooks.doubts.append(judge.doubts)
    context.hooks.standings.append(judge.standings)
    environment.events.worker_report.add_listener(quietly(lambda data, **_: judge.report(data)))
