"""Results and recorded runs that earlier versions wrote can still be listed, written out and reported."""

import json
import shutil
from pathlib import Path

import pytest

from swarmfile.cli.main import exit_code
from tests.results_folder import RUN_FILES
from tests.unit.cli.records_folder import namespace_in

VERSIONS = sorted(path for path in (Path(__file__).parents[1] / "written").iterdir() if path.is_dir())
# Of what lies there, by version: the runs of the folder and of the cluster, and what their reports say.
RUNS = {
    "0.1.0": ("spike-20261201-031841-9719", "smoke-20261201-031928-6187"),
}
each_version = pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)


@pytest.fixture
def namespace(version: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cluster"
    folder.mkdir()
    namespace_in(folder, monkeypatch)
    shutil.copy(version / "configmaps.json", folder / "objects.json")
    return folder


def test_each_version_is_read() -> None:
    assert [path.name for path in VERSIONS] == list(RUNS)


@each_version
def test_a_recorded_run_is_listed_with_its_numbers(
    version: Path, namespace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["results"]) == 0
    _, row = capsys.readouterr().out.splitlines()
    cells = [RUNS[version.name][1], "smoke", "2026-12-01", "03:19", "PASS", "29", "9", "ms", "2.9"]
    assert row.split() == cells


@each_version
def test_the_files_of_a_recorded_run_are_written(version: Path, namespace: Path, tmp_path: Path) -> None:
    run, folder = RUNS[version.name][1], tmp_path / "out"
    assert exit_code(["results", run, "-o", str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == RUN_FILES - {"report.html", "blocks.jsonl.gz"}
    assert json.loads((folder / "verdict.json").read_text())["outcome"] == "PASS"


@each_version
def test_a_recorded_run_becomes_a_page(version: Path, namespace: Path, tmp_path: Path) -> None:
    run, page = RUNS[version.name][1], tmp_path / "page.html"
    assert exit_code(["report", run, "-o", str(page)]) == 0
    assert f"<title>PASS {run}</title>" in page.read_text()


@each_version
def test_a_folder_becomes_a_page_with_its_reason_tags_and_note(version: Path, tmp_path: Path) -> None:
    run, page = RUNS[version.name][0], tmp_path / "page.html"
    assert exit_code(["report", str(version / run), "-o", str(page)]) == 0
    text = page.read_text()
    assert f"<title>FAIL {run}</title>" in text
    assert [word for word in ("p95 was 8.6 ms, not", "shop", "before the sale") if word not in text] == []
