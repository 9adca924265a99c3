"""The seven environments as shipped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helmfile.conftest import HOST, ROOT, Shipped

TYPES = ("smoke", "load", "stress", "spike", "endurance", "soak", "dev")


def test_there_is_one_folder_and_one_script_for_each_type() -> None:
    assert sorted(path.name for path in (ROOT / "config").iterdir()) == sorted(TYPES)
    scripts = ROOT / "locust-tests" / "chart-config" / "files"
    assert set(TYPES) <= {path.stem for path in scripts.glob("*.py")}


@pytest.mark.parametrize("test_type", TYPES)
def test_both_files_of_a_type_open_with_the_question_that_it_asks(test_type: str) -> None:
    first = {path.read_text().splitlines()[0] for path in (ROOT / "config" / test_type).iterdir()}
    assert len(first) == 1
    assert first.pop().startswith(f"# {test_type.capitalize()}: ")


@pytest.mark.parametrize(
    ("test_type", "load"),
    [
        ("smoke", ["--autostart", "--users=10", "--spawn-rate=5", "--run-time=2m"]),
        ("load", ["--autostart", "--users=100", "--spawn-rate=10", "--run-time=5m"]),
        ("stress", ["--autostart", "--users=1500", "--spawn-rate=50", "--run-time=3h"]),
        ("spike", ["--autostart"]),
        ("endurance", ["--autostart", "--users=200", "--spawn-rate=10", "--run-time=4h"]),
        ("soak", ["--autostart", "--users=100", "--spawn-rate=10", "--run-time=30m"]),
        ("dev", ["--users=1", "--spawn-rate=1"]),
    ],
)
def test_a_type_brings_its_load(shipped_by_each_helm: Shipped, test_type: str, load: list[str]) -> None:
    assert shipped_by_each_helm(test_type).upstream["master"]["args"] == load


def test_spike_jumps_to_ten_times_the_base_within_ten_seconds_and_comes_back(shipped_by_each_helm: Shipped) -> None:
    base, spike, recovery = shipped_by_each_helm("spike").ours["stages"]
    assert spike["users"] == 10 * base["users"]
    assert (spike["users"] - base["users"]) / spike["spawnRate"] <= 10
    assert recovery["users"] == base["users"]


def test_stress_carries_the_shape_that_its_users_know(shipped_by_each_helm: Shipped) -> None:
    upstream = shipped_by_each_helm("stress").upstream
    assert upstream["service"]["type"] == "NodePort"
    assert upstream["master"]["resources"] == resources("1000m", "1Gi", "2000m", "2Gi")
    assert upstream["worker"]["resources"] == resources("500m", "512Mi", "1000m", "1Gi")
    keda = upstream["worker"]["keda"]
    assert (keda["enabled"], keda["minReplicas"], keda["maxReplicas"]) == (True, 1, 20)
    assert yaml.safe_load(keda["triggers"])[0]["metadata"]["targetValue"] == "100"


def resources(cpu: str, memory: str, cpu_limit: str, memory_limit: str) -> Mapping[str, Any]:
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": cpu_limit, "memory": memory_limit}}


@pytest.mark.parametrize("test_type", TYPES)
def test_a_type_runs_its_own_script_and_our_plugin_against_host(shipped_by_each_helm: Shipped, test_type: str) -> None:
    values = shipped_by_each_helm(test_type)
    assert values.ours["type"] == test_type
    assert values.upstream["loadtest"]["locust_host"] == values.ours["loadTest"]["host"] == HOST
    assert (
        values.upstream["loadtest"]["locust_locustfile"]
        == f"../../opt/swarmfile/swarmfile/plugin.py,/mnt/locust/{test_type}.py"
    )


@pytest.mark.parametrize("test_type", TYPES)
def test_all_types_share_the_name_that_is_part_of_immutable_selectors(
    shipped_by_each_helm: Shipped, test_type: str
) -> None:
    assert shipped_by_each_helm(test_type).upstream["loadtest"]["name"] == "locust"


def test_helmfile_yaml_fits_one_screen() -> None:
    assert len(Path(ROOT / "helmfile.yaml.gotmpl").read_text().splitlines()) <= 60
