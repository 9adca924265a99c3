"""The commands over a kubectl that answers from a folder: what a cluster says is shown as it is."""

import json
from pathlib import Path

import pytest

from swarmfile.cli.main import exit_code
from swarmfile.sidecar.record import RUNNING
from tests.unit.cli.records_folder import FILES, keep, kept, run_named


def test_runs_are_listed_with_the_newest_first(namespace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(namespace, run_named("older", at=1.0), run_named("newer", "FAIL", at=100_000.0))
    assert exit_code(["results"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["run", "type", "time", "(UTC)", "verdict", "requests", "p95", "requests/s", "tags"]
    assert " ".join(lines[1]) == "newer smoke 1970-01-02 03:46 FAIL 1234 57 ms 8.9 team=shop hello"
    assert lines[2][0] == "older"


def test_a_run_without_a_recent_sign_of_life_is_invalid(namespace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(namespace, run_named("lost", RUNNING, at=1.0), run_named("now", RUNNING))
    exit_code(["results"])
    listed = {line.split()[0]: line.split()[4] for line in capsys.readouterr().out.splitlines()[1:]}
    assert listed == {"lost": "INVALID", "now": RUNNING}


def test_only_one_type_is_listed_where_it_is_named(namespace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(namespace, run_named("one"))
    exit_code(["results", "--type", "soak", "-n", "elsewhere"])
    assert capsys.readouterr().out == "there are no recorded runs in namespace elsewhere\n"


def test_the_files_of_a_run_are_written(namespace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(namespace, run_named("one"))
    assert exit_code(["results", "one", "-o", str(tmp_path / "out")]) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == FILES
    assert capsys.readouterr().out == f"{tmp_path / 'out'}: locust_stats.csv, summary.md, verdict.json\n"


def test_a_run_that_was_cut_short_gets_a_verdict_that_says_so(namespace: Path, tmp_path: Path) -> None:
    keep(namespace, run_named("lost", RUNNING, at=1.0))
    assert exit_code(["results", "lost", "-o", str(tmp_path / "out")]) == 0
    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert (verdict["run"], verdict["outcome"]) == ("lost", "INVALID")
    assert verdict["reasons"][0].startswith("cut short: the run's pod was lost or removed")
    assert "<error" in (tmp_path / "out" / "junit.xml").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["results", "onw"], "swarmfile: onw: there is no such run in namespace testing; did you mean one?"),
        (["results", "-o", "x"], "swarmfile: -o: say which RUN's files to write; swarmfile results lists them"),
        (
            ["results", "-n", "forbidden"],
            "swarmfile: kubectl: Error from server (Forbidden): configmaps is forbidden",
        ),
        (["prune", "--keep", "-1"], "swarmfile: Invalid value for '--keep': -1 is not in the range x>=0."),
    ],
)
def test_a_refusal_is_one_line(
    namespace: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    keep(namespace, run_named("one"))
    assert exit_code(arguments) == 3
    assert capsys.readouterr().err == sentence + "\n"


def test_without_kubectl_the_line_says_where_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert exit_code(["results"]) == 3
    assert capsys.readouterr().err.startswith("swarmfile: kubectl is not on PATH; install it")


def test_parts_that_are_gone_are_named(namespace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(namespace, run_named("one"))
    store = namespace / "objects.json"
    store.write_text(json.dumps([each for each in json.loads(store.read_text()) if "data" in each]))
    assert exit_code(["results", "one", "-o", str(tmp_path / "out")]) == 3
    assert capsys.readouterr().err == "swarmfile: one: its files are not there any more\n"


def test_prune_deletes_the_oldest_but_no_baseline(namespace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(namespace, *(run_named(f"run{number}", at=float(number)) for number in range(1, 5)))
    keep(namespace, run_named("base", at=0.5), baseline="true")
    before = kept(namespace)
    assert exit_code(["prune", "--keep", "2", "--dry-run"]) == 0
    assert kept(namespace) == before
    assert exit_code(["prune", "--keep", "2"]) == 0
    gone = {"swarmfile-run-run1", "swarmfile-run-run1-01", "swarmfile-run-run2", "swarmfile-run-run2-01"}
    assert kept(namespace) == before - gone
    assert capsys.readouterr().out.splitlines() == [
        "swarmfile-run-run2 would be deleted",
        "swarmfile-run-run1 would be deleted",
        "swarmfile-run-run2 deleted",
        "swarmfile-run-run1 deleted",
    ]
    exit_code(["prune", "--keep", "2"])
    assert capsys.readouterr().out == "nothing to delete\n"


def broken(namespace: Path, **fields: object) -> None:
    store = namespace / "objects.json"
    objects = json.loads(store.read_text())
    for each in objects:
        if "data" in each and each["metadata"]["name"] == "swarmfile-run-bad":
            each["data"]["run.json"] = json.dumps(json.loads(each["data"]["run.json"]) | fields)
    store.write_text(json.dumps(objects))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"at": 1e30}, "at is no possible number: 1e+30"),
        ({"run": "[/nope]"}, "'[/nope]' is no name of a run"),
        ({"requests": "many"}, "requests is no number: many"),
        ({"type": "\x1b]52;c;eA==\x07", "outcome": 5}, "outcome is no text: int"),
    ],
)
def test_a_record_that_cannot_be_read_is_one_line_of_the_list(
    namespace: Path, capsys: pytest.CaptureFixture[str], fields: dict[str, object], why: str
) -> None:
    keep(namespace, run_named("good"), run_named("bad"))
    broken(namespace, **fields)
    assert exit_code(["results"]) == 0
    head, good, bad = capsys.readouterr().out.splitlines()
    assert (head.split()[0], good.split()[0]) == ("run", "good")
    assert bad == f"ConfigMap swarmfile-run-bad is no record of a run ({why})"
    assert exit_code(["results", "bad"]) == 3
    assert capsys.readouterr().err == f"swarmfile: {bad}\n"


def test_what_a_record_says_is_neither_markup_nor_a_command(
    namespace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(namespace, run_named("bad"))
    broken(namespace, type="[/x]", note=":smile: [red]\x1b[2J\x1b]52;c;eA==\x07")
    assert exit_code(["results"]) == 0
    said = capsys.readouterr().out
    assert "[/x]" in said
    assert r":smile: [red]\x1b[2J\x1b]52;c;eA==\x07" in said


def test_a_folder_that_cannot_be_written_is_named(
    namespace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(namespace, run_named("one"))
    (tmp_path / "out").write_text("")
    assert exit_code(["results", "one", "-o", str(tmp_path / "out" / "in")]) == 3
    assert capsys.readouterr().err.endswith("out/in: Not a directory; give a folder that can be written\n")
