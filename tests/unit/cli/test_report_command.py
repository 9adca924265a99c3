import json
from pathlib import Path

import pytest

from swarmfile.cli.main import exit_code
from tests.unit.cli.records_folder import FILES, keep, run_named
from tests.unit.cli.report.conftest import METRICS, VERDICT


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results" / "smoke-1"
    folder.mkdir(parents=True)
    (folder / "verdict.json").write_text(json.dumps(VERDICT))
    (folder / "metrics.json").write_text(json.dumps(METRICS))
    return folder


def test_a_folder_becomes_a_page(results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert exit_code(["report", str(results), "-o", str(page)]) == 0
    assert "<title>FAIL smoke-1</title>" in page.read_text()
    assert capsys.readouterr().out == f"{page}\n"


def test_the_page_is_called_as_the_run_is(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(["report", "results/smoke-1"]) == 0
    assert (tmp_path / "smoke-1.html").exists()


def test_a_run_that_was_lost_on_a_cluster_becomes_a_page(namespace: Path, tmp_path: Path) -> None:
    keep(namespace, run_named("lost", "running", at=1.0))
    assert exit_code(["report", "lost", "-o", str(tmp_path / "page.html")]) == 0
    assert "cut short: the run&#39;s pod was lost" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["report", "onw"], "swarmfile: onw: there is no such run in namespace testing; did you mean one?"),
        (["report", "./none"], "swarmfile: none: is no folder; give a run's results folder, or the name of a run"),
        (["report"], "swarmfile: Missing argument 'RUN'."),
    ],
)
def test_a_refusal_is_one_line(
    namespace: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    keep(namespace, run_named("one"))
    assert exit_code(arguments) == 3
    assert capsys.readouterr().err == sentence + "\n"


def test_a_file_that_cannot_be_written_is_named(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["report", str(results), "-o", f"{tmp_path}/none/page.html"]) == 3
    assert capsys.readouterr().err.endswith("No such file or directory; give a file that can be written\n")


@pytest.mark.parametrize("run", ["/tmp/outside", "../outside", "..", ".bashrc", "\x1b]52;c;eA==\x07"])
def test_what_a_folder_says_chooses_no_path(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], run: str
) -> None:
    (results / "verdict.json").write_text(json.dumps(VERDICT | {"run": run}))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    before = sorted(tmp_path.rglob("*"))
    assert exit_code(["report", str(results)]) == 3
    assert sorted(tmp_path.rglob("*")) == before
    said = capsys.readouterr()
    assert "is no name of a run; write letters" in said.err
    assert "\x1b" not in said.err


def test_a_record_whose_files_are_another_run_s_is_no_page(
    namespace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(FILES, "verdict.json", json.dumps(VERDICT | {"run": "another"}).encode())
    keep(namespace, run_named("one"))
    assert exit_code(["report", "one", "-o", str(tmp_path / "page.html")]) == 3
    assert capsys.readouterr().err == "swarmfile: one: its files say that they are those of another\n"
