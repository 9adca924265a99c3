"""Stages as Locust's load shape: each ramps to its users, stays until its time is over, and the run ends by itself."""

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from locust.env import Environment

from swarmfile.definition.settings import LoadTest, Stage
from swarmfile.run.finished import Phase
from swarmfile.run.shape import PlannedShape
from swarmfile.verdict import BAD_INPUT_EXIT_CODE

logger = logging.getLogger("swarmfile")


class StagesShape(PlannedShape):
    """Tells Locust the users and the spawn rate of the current stage, and None after the last one."""

    abstract = True

    def __init__(self, stages: Sequence[Stage]) -> None:
        super().__init__()
        self.stages = tuple(stages)
        self._ends_s = tuple(accumulate(stage.duration_s for stage in self.stages))

    @property
    def duration_s(self) -> float | None:
        """Seconds that all stages last together."""
        return self._ends_s[-1]

    def tick(self) -> tuple[int, float] | None:
        """Returns what Locust asks for each second."""
        index = self._index(self.get_run_time())
        return None if index is None else (self.stages[index].users, self.stages[index].spawn_rate)

    def phase(self, at_s: float) -> Phase | None:
        """Returns the stage of that second of the run; None after the last one."""
        index = self._index(at_s)
        if index is None:
            return None
        stage, end_s = self.stages[index], self._ends_s[index]
        return Phase(stage.name, index, len(self.stages), at_s - (end_s - stage.duration_s), stage.duration_s)

    def _index(self, at_s: float) -> int | None:
        return next((index for index, end_s in enumerate(self._ends_s) if at_s < end_s), None)


def take_over(environment: Environment, shape: StagesShape) -> None:
    """Lets Locust follow this shape, which says itself how long it lasts."""
    environment.shape_class = shape
    # Locust would stop a later run in the web UI once this time is over.
    if environment.parsed_options:
        environment.parsed_options.run_time = None


def refuse_another(environment: Environment, key: str) -> None:
    """Ends the process with 3 where the script has a shape, too, beside what the definition says under the key."""
    if own := environment.available_shape_classes:
        said = "swarmfile: the script has a load shape of its own (%s): remove it, or %s from test.yml"
        logger.error(said, next(iter(own)), key)
        sys.exit(BAD_INPUT_EXIT_CODE)


def scale(stages: Sequence[Stage], wish: LoadTest) -> tuple[Stage, ...]:
    """Returns the stages such that the highest has `wish.users` users and all last `wish.run_time_s` together.

    Spawn rates follow, so that each ramp takes the same share of its stage: the shape stays.
    """
    users = wish.users / max(1, *(stage.users for stage in stages)) if wish.users else 1.0
    time = wish.run_time_s / sum(stage.duration_s for stage in stages) if wish.run_time_s else 1.0
    return tuple(
        replace(
            stage,
            users=round(stage.users * users),
            spawn_rate=stage.spawn_rate * users / time,
            duration_s=stage.duration_s * time,
        )
        for stage in stages
    )
