"""Mode job inside an environment: our Job is the master, upstream's workers find it."""

from pathlib import Path

import pytest

from tests.cluster.cluster import Namespace, fresh_namespace, until
from tests.cluster.environments import SHORT, SMALL, Environment

pytestmark = pytest.mark.timeout(600)


def test_a_job_runs_on_upstreams_workers_and_leaves_nothing_when_destroyed(
    upstream_chart: str, namespace: Namespace, target: str, helmfile: Path
) -> None:
    with fresh_namespace(namespace.helm_path) as own:
        sets = SMALL | SHORT | {"mode": "job", "loadTest.runTime": "10s"}
        load = Environment("load", own, helmfile, f"{target}.{namespace.name}", sets)
        load.apply()
        own.ended("locust-config", 240)
        log = load.log()
        assert "2 workers connected" in log
        assert "swarmfile: verdict PASS load-" in log
        assert own.job("locust-config")["status"]["succeeded"] == 1
        assert own.kubectl("get", "deployment/locust-master", "-o", "jsonpath={.spec.replicas}") == "0"
        load.destroy()
        until(lambda: not load.leftovers(), "clean namespace", 120)
