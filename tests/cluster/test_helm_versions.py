"""Chart and environments under both versions of Helm, with scripts of two kinds and modules named as ours once were."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.cluster import DEMO_TARGET, PATIENCE, Namespace, fresh_namespace
from tests.cluster.environments import Environment

SCRIPT = """
from locust import HttpUser, constant, task
from lib import settings, values
from swarmfile import SwarmHttpUser


class Shopper({kind}):
    wait_time = constant(settings.PAUSE_S)

    @task
    def page(self):
        self.client.get("/", name=values.NAME)
"""
LIBS = {"settings.py": "PAUSE_S = 0.5\n", "values.py": 'NAME = "from values.py"\n'}
NAMED = 'error rate of "GET from values.py" < 50%'


@pytest.fixture(scope="module")
def place(cluster: None, helm: Path) -> Iterator[Namespace]:
    """A namespace whose objects this Helm installs, with the demo target in it."""
    with fresh_namespace(helm) as own:
        own.helm("install", "target", str(DEMO_TARGET), "--wait", "--timeout=3m")
        yield own


def test_the_chart_runs_a_script_of_the_fast_user(place: Namespace) -> None:
    place.install(
        "own",
        {
            **PATIENCE,
            "loadTest": {"host": "http://target", "users": 2, "spawnRate": 2, "runTime": "6s"},
            "locustfile": {"inline": SCRIPT.format(kind="SwarmHttpUser")},
            "libs": {"files": LIBS},
            "assertions": {"criteria": [NAMED]},
        },
    )
    assert "verdict PASS" in place.ended("own")


def test_an_environment_runs_a_script_of_http_user(
    place: Namespace, upstream_chart: str, helm: Path, helmfile: Path, tmp_path: Path
) -> None:
    script = tmp_path / "shop.py"
    script.write_text(SCRIPT.format(kind="HttpUser"))
    (tmp_path / "libs").mkdir()
    for name, text in LIBS.items():
        (tmp_path / "libs" / name).write_text(text)
    version = "3" if "helm3" in str(helm) else "4"
    variables = {"LOCUSTFILE": str(script), "LIBS": str(tmp_path / "libs"), "HELM_VERSION": version}
    environment = Environment("smoke", place, helmfile, "http://target", variables=variables)
    environment.apply()
    verdict = environment.verdict()
    assert (verdict["outcome"], verdict["reasons"]) == ("PASS", [])
    assert "from values.py" in environment.ask("/stats/requests")
    environment.destroy()
    place.until(lambda: not environment.pods("master"), "end of the environment")
