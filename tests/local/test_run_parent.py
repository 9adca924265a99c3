"""No process outlives the one that started it, however that one ended."""

import subprocess
import sys
from collections.abc import Callable

from tests.local.swarm import Swarm
from tests.waiting import wait_until

NewSwarm = Callable[..., Swarm]


def test_master_and_workers_end_with_a_parent_that_was_killed(new_swarm: NewSwarm) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as parent:
        swarm = new_swarm(environment={"SWARMFILE_PARENT": str(parent.pid)})
        swarm.start("--users=2", "--spawn-rate=2", "--run-time=5m", "--autostart", "--autoquit=0", workers=1)
        swarm.await_state("requests", lambda state: state["requests"] > 5)
        parent.kill()
        parent.wait()
        assert swarm.await_end() == 2
        wait_until(lambda: swarm.workers[0].poll() is not None, lambda: "the worker's end")
        assert swarm.verdict()["outcome"] == "INVALID"
