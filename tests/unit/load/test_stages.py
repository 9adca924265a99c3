"""Stages become Locust's shape where a process leads, and no script may bring another one."""

import pytest
from locust.argument_parser import get_parser
from locust.env import Environment
from locust.runners import LocalRunner, WorkerRunner

from swarmfile.definition.settings import Stage, parse
from swarmfile.load import stages as load_stages
from swarmfile.load.shape import StagesShape
from swarmfile.run.context import Context
from swarmfile.verdict import BAD_INPUT_EXIT_CODE
from tests.unit.conftest import Started

STAGES = {"stages": [{"name": "base", "users": 10, "spawnRate": 5, "duration": "1m"}], "loadTest": {"users": 20}}
STEADY = (Stage("steady", 1, 1, 60),)


@pytest.fixture
def local() -> LocalRunner:
    """A process that leads itself."""
    return Environment(parsed_options=get_parser().parse_args(["--run-time=5m"])).create_local_runner()


def test_the_process_that_leads_follows_the_stages(started: Started, local: LocalRunner) -> None:
    started(load_stages, local, Context(settings=parse(STAGES)))
    shape = local.environment.shape_class
    assert isinstance(shape, StagesShape)
    assert (shape.stages, shape.runner) == ((Stage("base", 20, 10, 60),), local)


def test_stages_end_the_run_whatever_run_time_locust_was_given(started: Started, local: LocalRunner) -> None:
    started(load_stages, local, Context(settings=parse(STAGES)))
    assert local.environment.parsed_options
    assert local.environment.parsed_options.run_time is None


def test_a_worker_follows_its_master(started: Started, worker: WorkerRunner) -> None:
    started(load_stages, worker, Context(settings=parse(STAGES)))
    assert worker.environment.shape_class is None


def test_a_shape_of_the_scripts_own_beside_stages_is_refused(
    started: Started, local: LocalRunner, caplog: pytest.LogCaptureFixture
) -> None:
    local.environment.available_shape_classes = {"Mine": StagesShape(STEADY)}
    with pytest.raises(SystemExit) as ended:
        started(load_stages, local, Context(settings=parse(STAGES)))
    assert ended.value.code == BAD_INPUT_EXIT_CODE
    assert "(Mine): remove it, or stages from test.yml" in caplog.text


def test_a_shape_of_the_scripts_own_is_left_alone_without_stages(started: Started, local: LocalRunner) -> None:
    local.environment.available_shape_classes = {"Mine": StagesShape(STEADY)}
    local.environment.shape_class = StagesShape(STEADY)
    started(load_stages, local, Context())
    assert local.environment.shape_class.stages == STEADY
