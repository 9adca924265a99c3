"""Wires the open model into a run: arrivals at a rate, users that stand by, what was dropped in the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from locust import events
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner

from swarmfile.definition.arrivals import Arrivals, Dropped
from swarmfile.definition.settings import Settings
from swarmfile.definition.validity import Doubt, Reason
from swarmfile.load import standby as load_standby
from swarmfile.load.generator import ArrivalGenerator
from swarmfile.load.shape import refuse_another, take_over
from swarmfile.load.spread import ArrivalsShape
from swarmfile.load.standby import Standby
from swarmfile.run.context import Context
from swarmfile.run.finished import Cause, Run, Tally
from swarmfile.verdict import Assertion, AssertionState


def install(context: Context) -> None:
    """Replaces users' waiting where the settings name a rate; does nothing elsewhere."""
    arrivals = context.settings.arrivals
    if arrivals is None:
        return

    def on_init(environment: Environment, runner: Runner, **_: object) -> None:
        refuse_another(environment, "arrivals")
        if not isinstance(runner, WorkerRunner):
            _lead(environment, runner, arrivals)
        if not isinstance(runner, MasterRunner):
            standby = Standby()
            load_standby.take_over(standby, environment.events.request)
            generator = ArrivalGenerator(environment, standby)
            context.hooks.leaving.append(generator.leave)
            context.hooks.cut_off.append(generator.pause)

    # Not made quiet: this refusal must end the process.
    events.init.add_listener(on_init)
    context.hooks.doubts.append(lambda run: doubts(run, context.settings))
    context.hooks.assertions.append(lambda run: assertions(run, arrivals))


def _lead(environment: Environment, runner: Runner, arrivals: Arrivals) -> None:
    options = environment.parsed_options
    shape = ArrivalsShape(arrivals.lasting(options.run_time if options else None))
    take_over(environment, shape)
    shape.lead(environment, runner)


def doubts(run: Run, settings: Settings) -> Iterator[Doubt]:
    """Yields why the open model's load was not what was planned."""
    tally, arrivals = run.arrivals, settings.arrivals
    if tally is None or arrivals is None or run.cause is Cause.NEVER_BEGAN:
        return
    missing = tally.planned - tally.begun - tally.dropped
    # By chance alone Poisson's number differs by three times its root once in some hundred runs.
    by_chance = 4 * tally.planned**0.5 if arrivals.is_poisson else 0.0
    if missing - by_chance > settings.validity.delivery_tolerance * tally.planned:
        came = f"only {tally.begun + tally.dropped} of {tally.planned} planned arrivals came"
        yield Doubt(Reason.LOAD_NOT_DELIVERED, f"{came}: add workers, or lower arrivals.rate")
    if arrivals.dropped is Dropped.INVALIDATE and too_many(tally, arrivals):
        yield Doubt(Reason.LOAD_NOT_DELIVERED, sentence(tally, arrivals))
    # Those whose request hung are failures, which the assertions judge.
    cut_off = tally.unfinished - run.unanswered.hung
    if cut_off > 0 and run.cause is Cause.COMPLETED:
        yield Doubt(
            Reason.STATISTICS_INCOMPLETE,
            f"{cut_off} arrivals were not over when the run ended: the times of their last requests are not counted",
        )


def assertions(run: Run, arrivals: Arrivals) -> Iterator[Assertion]:
    """Yields what the arrivals' own assertion came to, where dropped ones fail the run or warn."""
    tally = run.arrivals
    if tally is None or arrivals.dropped is Dropped.INVALIDATE:
        return
    state = AssertionState.BROKEN if too_many(tally, arrivals) else AssertionState.HELD
    text = f"dropped arrivals <= {arrivals.max_dropped:.6g}"
    warns = arrivals.dropped is Dropped.WARN
    yield Assertion(text, _share(tally), arrivals.max_dropped, state, sentence(tally, arrivals), warns)


def too_many(tally: Tally, arrivals: Arrivals) -> bool:
    """Whether more arrivals were dropped than may be."""
    return _share(tally) > arrivals.max_dropped


def sentence(tally: Tally, arrivals: Arrivals) -> str:
    """Returns how many arrivals were dropped, and what helps."""
    return (
        f"{tally.dropped} of {tally.planned} arrivals were dropped: all of the {arrivals.max_users} users were busy; "
        "raise arrivals.maxUsers, or see what slowed the target down"
    )


def _share(tally: Tally) -> float:
    return tally.dropped / tally.planned if tally.planned else 0.0
