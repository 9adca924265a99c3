"""The load of a definition in real processes: no argument says it, and the master logs it."""

from collections.abc import Callable

from tests.local.swarm import Swarm
from tests.local.test_run_marker import IN_POD

NewSwarm = Callable[..., Swarm]
SCRIPT = """
from locust import HttpUser, constant, tag, task

class Shopper(HttpUser):
    wait_time = constant(0.1)

    @tag("wanted")
    @task
    def home(self):
        self.client.get("/", name="wanted")

    @task
    def other(self):
        self.client.get("/", name="unwanted")
"""


def test_a_job_gets_its_load_from_the_definition_alone(new_swarm: NewSwarm) -> None:
    load = {"profile": "small", "users": 3, "tags": ["wanted"], "expectWorkers": 2}
    profiles = {"small": {"users": 1, "spawnRate": 3, "runTime": "4s"}}
    settings = {"mode": "job", "loadTest": load, "profiles": profiles}
    swarm = new_swarm(settings=settings, environment=IN_POD, script=SCRIPT)
    swarm.start_master()
    swarm.add_worker()
    swarm.add_worker()
    assert swarm.await_end() == 0
    assert "swarmfile: load: 3 users, 3/s, for 4s, 2 workers expected, tags wanted" in swarm.log()
    assert "Run time limit set to 4 seconds" in swarm.log()
    assert swarm.verdict()["outcome"] == "PASS"
    metrics = swarm.metrics()
    assert metrics["load"]["peak_users"] == 3
    assert [row["name"] for row in metrics["endpoints"]] == ["wanted"]
