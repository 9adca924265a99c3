"""Stages in a real swarm: none is skipped, the run ends by itself, and its plan is what Locust was told."""

from collections.abc import Callable

from tests.local.swarm import Swarm

NewSwarm = Callable[..., Swarm]
STAGES = [
    {"name": "base", "users": 2, "spawnRate": 2, "duration": "4s"},
    {"name": "jump", "users": 40, "spawnRate": 2, "duration": "4s"},
    {"name": "back", "users": 2, "spawnRate": 40, "duration": "5s"},
]


def test_a_stage_shorter_than_its_ramp_is_not_skipped(new_swarm: NewSwarm) -> None:
    swarm = new_swarm(settings={"stages": STAGES}).start("--autostart", "--autoquit=0", "--run-time=1s")
    state = swarm.await_state("the jump", lambda state: state["phase"] and state["phase"]["name"] == "jump")
    phase = state["phase"]
    assert (phase["index"], phase["count"], phase["duration_s"], state["planned_s"]) == (1, 3, 4, 13)
    assert swarm.await_end() == 0
    assert swarm.verdict()["outcome"] == "PASS"
    load, timeline = swarm.metrics()["load"], swarm.metrics()["timeline"]
    assert [phase["name"] for phase in timeline["phases"]] == ["base", "jump", "back"]
    assert timeline["rows"][-1][timeline["columns"].index("present")] == 2
    # The jump had 4 s at 2 users a second, its 40 would have taken 19.
    assert 6 <= load["peak_users"] <= 14
    # Held against the 40 at once it would be a quarter.
    assert load["delivered_share"] > 0.8


def test_a_script_with_a_shape_of_its_own_is_refused_in_one_line(new_swarm: NewSwarm) -> None:
    script = """
from locust import HttpUser, LoadTestShape, task

class Mine(LoadTestShape):
    def tick(self):
        return None

class Shopper(HttpUser):
    @task
    def home(self):
        self.client.get("/")
"""
    swarm = new_swarm(settings={"stages": STAGES}, script=script)
    swarm.start_alone("--headless")
    assert swarm.await_end() == 3
    complaint = "the script has a load shape of its own (Mine): remove it, or stages from test.yml"
    assert f"swarmfile: {complaint}\n" in swarm.log()
    assert not swarm.results.exists()


def test_a_shape_of_the_script_runs_without_stages(new_swarm: NewSwarm) -> None:
    script = """
from locust import HttpUser, LoadTestShape, constant, task

class Mine(LoadTestShape):
    def tick(self):
        return (2, 2) if self.get_run_time() < 3 else None

class Shopper(HttpUser):
    wait_time = constant(0.1)

    @task
    def home(self):
        self.client.get("/")
"""
    swarm = new_swarm(script=script).start("--headless", workers=1)
    assert swarm.await_end() == 0
    assert swarm.verdict()["outcome"] == "PASS"
