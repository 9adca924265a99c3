"""The fault table of docs/verdict.md, as far as load is concerned that did not run as planned, or beyond its plan."""

from collections.abc import Iterator

import pytest

from demo.process import RunningTarget
from tests.fault_table import assert_as_documented
from tests.local.faults import Happened, Row, happening, runs
from tests.local.swarm import PATIENT, Swarm
from tests.results_folder import NINE_FILES

STRICT = PATIENT | {"loadNotDelivered": "invalidate"}
# Ten users at one a second have no time to come.
RISING = [{"name": "rise", "users": 10, "spawnRate": 1, "duration": "3s"}]
THEN_FEW = [*RISING, {"name": "few", "users": 2, "spawnRate": 9, "duration": "3s"}]
NOBODY = [{"name": "nobody", "users": 0, "duration": "3s"}]


def is_short(run: Swarm, _: RunningTarget) -> None:
    run.start_alone("--users=10", "--spawn-rate=1", "--run-time=3s", "--headless", "--only-summary")
    run.await_end(120)


ROWS = {
    "no users are planned": Row(runs, settings={"stages": NOBODY}),
    "the run is shorter than its ramp": Row(is_short, settings={"validity": STRICT}),
    "a stage is shorter than its ramp": Row(runs, settings={"validity": STRICT, "stages": THEN_FEW}),
}


@pytest.fixture(scope="module")
def happened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Happened]:
    with happening(ROWS, request, tmp_path_factory) as runs_by_fault:
        yield runs_by_fault


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", ROWS)
def test_a_fault_of_the_load_has_the_verdict_of_the_table(happened: Happened, fault: str) -> None:
    verdict, files = happened[fault].result()
    assert_as_documented(fault, verdict)
    assert files == NINE_FILES
