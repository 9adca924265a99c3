"""What a run asks of a load shape that a definition describes."""

from swarmfile.definition.settings import Stage
from swarmfile.load.shape import StagesShape
from swarmfile.run.shape import PlannedShape


def test_stages_of_users_tell_a_phase_and_no_arrivals() -> None:
    shape: PlannedShape = StagesShape([Stage("peak", 5, 5.0, 10.0)])
    assert shape.tally() is None
    assert (phase := shape.phase(3.0))
    assert phase.name == "peak"


def test_locust_takes_no_shape_of_ours_for_the_scripts() -> None:
    assert PlannedShape.abstract
