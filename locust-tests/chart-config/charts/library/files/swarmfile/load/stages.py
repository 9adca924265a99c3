"""Wires the stages of the settings into a run, as Locust's load shape."""

from locust import events
from locust.env import Environment
from locust.runners import Runner, WorkerRunner

from swarmfile.load.shape import StagesShape, refuse_another, scale, take_over
from swarmfile.run.context import Context


def install(context: Context) -> None:
    """Gives Locust the stages, where there are some, in the process that leads."""
    if not context.settings.stages:
        return
    stages = scale(context.settings.stages, context.settings.load_test)

    def on_init(environment: Environment, runner: Runner, **_: object) -> None:
        refuse_another(environment, "stages")
        if not isinstance(runner, WorkerRunner):
            shape = StagesShape(stages)
            shape.runner = runner
            take_over(environment, shape)

    # Not made quiet: this refusal must end the process.
    events.init.add_listener(on_init)
