"""The runs that a baseline means lie beside the results before the master starts, and nothing else does."""

import random
from pathlib import Path

import pytest

from swarmfile.results.baselines import FETCHED, marked, passes
from swarmfile.sidecar.baselines import fetch
from swarmfile.sidecar.record import RecordedRun, config_maps
from tests.unit.cli.compare.folders import files_of_run
from tests.unit.compare.made_runs import made_blocks
from tests.unit.sidecar.kube_server import Kube

BLOCKS = made_blocks(random.Random(1), per_s=1)


@pytest.fixture
def runs(kube: Kube) -> Kube:
    """A namespace with five runs that passed, one of them marked, and others."""
    for at, (name, test_type, outcome, labels) in enumerate(
        [
            ("load-1", "load", "PASS", {"swarmfile.io/baseline": "true"}),
            *((f"load-{number}", "load", "PASS", {}) for number in range(2, 7)),
            ("load-7", "load", "FAIL", {}),
            ("smoke-1", "smoke", "PASS", {}),
        ],
        start=1,
    ):
        files = files_of_run(name, BLOCKS, outcome=outcome, test_type=test_type) | {"report.html": b"large"}
        parts, head = config_maps(RecordedRun(name, test_type, outcome, float(at)), files, labels)
        for each in (*parts, head):
            kube.put("configmaps", each)
    return kube


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("last-pass", ["load-6", "load-5", "load-4", "load-3"]),
        ("last 3 passes", ["load-6", "load-5", "load-4", "load-3", "load-2", "load-1"]),
        ("marked", ["load-1"]),
        ("load-2", ["load-2"]),
        ("load-7", []),
    ],
)
def test_what_a_baseline_means_is_fetched(runs: Kube, tmp_path: Path, setting: str, names: list[str]) -> None:
    assert fetch(runs.cluster, tmp_path, "load", setting) == names
    found = list(passes(tmp_path, "load"))
    assert {run.run for run in found} == set(names)
    assert all(run.blocks for run in found)
    assert marked(tmp_path) == {"load-1"} & set(names)
    assert {path.name for path in tmp_path.glob(f"{FETCHED}/*/*")} <= {
        "verdict.json",
        "metrics.json",
        "blocks.jsonl.gz",
    }


def test_a_link_that_a_script_left_leads_nowhere(runs: Kube, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    results = tmp_path / "results"
    results.mkdir()
    (results / FETCHED).symlink_to(elsewhere)
    assert fetch(runs.cluster, results, "load", "marked") == ["load-1"]
    assert list(elsewhere.iterdir()) == []


def test_an_api_that_does_not_answer_costs_the_comparison_alone(
    runs: Kube, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    runs.refuse = 403
    assert fetch(runs.cluster, tmp_path, "load", "last-pass") == []
    assert "the runs to compare with cannot be read" in caplog.text
