"""From a wheel in an empty folder: a repository, a run here and one on the cluster, then the next version."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.cluster.cluster import Namespace, fresh_namespace
from tests.cluster.environments import SHORT, SMALL, Environment
from tests.local.swarmfile_process import PATIENTLY
from tests.own_repository import Journey

pytestmark = pytest.mark.timeout(600)


def test_init_run_apply_upgrade_and_apply_again(
    upstream_chart: str, namespace: Namespace, target: str, helmfile: Path, tmp_path: Path
) -> None:
    journey = Journey(tmp_path)
    address = namespace.kubectl("get", f"service/{target.removeprefix('http://')}", "-o", "jsonpath={.spec.clusterIP}")
    small = ("--users=2", "--spawn-rate=2", "--run-time=3s", "--workers=1", *PATIENTLY)
    assert "PASS" in journey.run("run", "smoke", f"--host=http://{address}", *small)
    with fresh_namespace(namespace.helm_path) as own:
        sets = SMALL | SHORT | {"mode": "job", "loadTest.runTime": "5s"}
        smoke = Environment("smoke", own, helmfile, f"{target}.{namespace.name}", sets, project=journey.own)
        smoke.apply()
        assert "PASS" in journey.run("wait", "--namespace", own.name)
        journey.commit()
        journey.get_next_version()
        journey.run("upgrade", "--yes")
        again = replace(smoke, variables={"RUN_ID": "again"})
        again.apply()
        assert "PASS" in journey.run("wait", "--namespace", own.name)
        releases = own.helm("list", "--output=json")
        assert "swarmfile-9.0.0" in releases
        again.destroy()
