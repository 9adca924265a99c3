"""A run whose target is under load of another: the sidecar says so before the master starts, and it starts nothing."""

import json
from collections.abc import Callable, Iterator

import pytest

from swarmfile.metrics.server import serve
from swarmfile.results.kept import ROUTE, Kept, KeptRuns
from swarmfile.run.state import GUARD_ROUTE
from tests.local.swarm import Swarm
from tests.local.test_run_marker import IN_POD

NewSwarm = Callable[..., Swarm]
RUN = "smoke-refused"
WHY = "https://a:443 is under load of test search: set guard.mode to wait or off"


@pytest.fixture
def sidecar() -> Iterator[str]:
    """One that keeps the run's results and refuses it."""
    kept = KeptRuns()
    kept.note(RUN, Kept())
    refused = json.dumps({"refused": WHY}).encode()
    server = serve(0, {ROUTE: kept.answer, GUARD_ROUTE: lambda _: (200, "application/json", refused)}, "127.0.0.1")
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_refused_run_sends_nothing_and_is_invalid_for_that_reason(new_swarm: NewSwarm, sidecar: str) -> None:
    pod = IN_POD | {"SWARMFILE_SIDECAR": sidecar, "SWARMFILE_RUN": RUN}
    swarm = new_swarm(environment=pod, settings={"mode": "job"})
    swarm.start_alone("--users=2", "--spawn-rate=2", "--headless", "--run-time=30s")
    assert swarm.await_end() == 2
    verdict = swarm.verdict()
    assert (verdict["run"], verdict["outcome"]) == (RUN, "INVALID")
    assert any(WHY in reason for reason in verdict["reasons"]), verdict
    assert "Starting Locust" not in swarm.log()
