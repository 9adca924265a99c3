"""A worker that an autoscaler removes mid-run takes no request with it."""

import signal
from collections.abc import Callable

from demo.process import RunningTarget
from tests.local.swarm import Swarm

NewSwarm = Callable[..., Swarm]


def test_what_a_leaving_worker_counted_is_in_the_results(new_swarm: NewSwarm, demo_target: RunningTarget) -> None:
    demo_target.forget()
    swarm = new_swarm().start("--users=4", "--spawn-rate=4", "--stop-timeout=5", "--autostart", "--autoquit=0")
    swarm.await_state("requests", lambda state: state["requests"] > 40)
    swarm.workers[0].send_signal(signal.SIGTERM)
    assert swarm.workers[0].wait(60) == 0
    swarm.await_state("all users on one worker", lambda state: [w["users"] for w in state["workers"]] == [4])
    swarm.post("/stop")
    assert swarm.await_end() == 0, swarm.log()
    assert swarm.metrics()["totals"]["requests"] == demo_target.counts()["by_route"]["GET /"]
    assert [worker["reported"] for worker in swarm.metrics()["workers"]] == [True, True]
