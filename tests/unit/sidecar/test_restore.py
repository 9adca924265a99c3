import json
import os
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from swarmfile.run.marker import marker
from swarmfile.sidecar.kube import ApiError
from swarmfile.sidecar.record import RecordedRun, config_maps
from swarmfile.sidecar.records import Records
from swarmfile.sidecar.restore import await_predecessor, forget_former_starts, labels_of, restore
from tests.unit.sidecar.kube_server import Kube

DEFINITION = "d" * 64
LABELS = {"swarmfile.io/definition": "d" * 32, "swarmfile.io/installation": "uid-1"}


def keep(kube: Kube, run: str, at: float, labels: dict[str, str]) -> None:
    parts, head = config_maps(RecordedRun(run, "smoke", "running", at), {"state.json": run.encode()}, labels)
    for each in (*parts, head):
        kube.put("configmaps", each)


def test_the_installation_is_the_uid_of_its_settings(kube: Kube) -> None:
    kube.put("configmaps", {"metadata": {"name": "settings", "uid": "uid-1"}})
    assert labels_of(kube.cluster, DEFINITION, "settings") == LABELS
    with pytest.raises(ApiError, match="not found"):
        labels_of(kube.cluster, DEFINITION, "other")


def test_the_installation_of_a_job_is_that_job(kube: Kube) -> None:
    assert labels_of(kube.cluster, DEFINITION, "settings", "uid-1") == LABELS


def test_who_went_back_to_a_definition_wants_the_test_to_run(kube: Kube, tmp_path: Path) -> None:
    keep(kube, "first", 1.0, LABELS)
    keep(kube, "between", 2.0, LABELS | {"swarmfile.io/definition": "e" * 32})
    assert restore(kube.cluster, tmp_path, LABELS, marker(tmp_path, DEFINITION)) is None


def test_a_volume_s_markers_of_other_definitions_end_with_them(tmp_path: Path) -> None:
    mine, other, neighbour = (marker(tmp_path, letter * 64) for letter in "abc")
    for path, installation in ((mine, "uid-1"), (other, "uid-1"), (neighbour, "uid-2")):
        path.write_text("{}")
        path.with_suffix(".installation").write_text(installation)
    forget_former_starts(mine, LABELS)
    assert [path.exists() for path in (mine, other, neighbour)] == [True, False, True]


def test_the_last_run_of_the_definition_gets_its_files_and_its_marker_back(kube: Kube, tmp_path: Path) -> None:
    for run, at in (("older", 1.0), ("newest", 3.0), ("old", 2.0)):
        keep(kube, run, at, LABELS)
    path = marker(tmp_path, DEFINITION)
    assert restore(kube.cluster, tmp_path, LABELS, path) == "newest"
    assert json.loads(path.read_text()) == {"run": "newest", "type": "smoke"}
    assert (tmp_path / "newest" / "state.json").read_text() == "newest"
    assert not (tmp_path / "older").exists()


@pytest.mark.parametrize("name", ["swarmfile.io/definition", "swarmfile.io/installation"])
def test_runs_of_another_definition_or_installation_do_not_count(kube: Kube, tmp_path: Path, name: str) -> None:
    keep(kube, "other", 1.0, LABELS | {name: "other"})
    assert restore(kube.cluster, tmp_path, LABELS, marker(tmp_path, DEFINITION)) is None
    assert list(tmp_path.iterdir()) == []


def test_a_marker_that_is_there_is_newer_than_any_record(kube: Kube, tmp_path: Path) -> None:
    keep(kube, "recorded", 1.0, LABELS)
    path = marker(tmp_path, DEFINITION)
    path.write_text("own")
    assert restore(kube.cluster, tmp_path, LABELS, path) is None
    assert path.read_text() == "own"


def test_without_its_files_a_run_is_still_not_repeated(
    kube: Kube, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep(kube, "recorded", 1.0, LABELS)
    del kube.objects["configmaps", "swarmfile-run-recorded-01"]
    path = marker(tmp_path, DEFINITION)
    assert restore(kube.cluster, tmp_path, LABELS, path) == "recorded"
    assert path.exists()
    assert "the files of swarmfile-run-recorded are not restored" in caplog.text


def test_nothing_is_written_through_what_a_script_left_on_the_volume(kube: Kube, tmp_path: Path) -> None:
    results, elsewhere = tmp_path / "results", tmp_path / "elsewhere"
    (results / "newest").mkdir(parents=True)
    elsewhere.write_text("of others")
    path = marker(results, DEFINITION)
    path.with_suffix(".installation").symlink_to(elsewhere)
    (results / "newest" / "state.json").symlink_to(elsewhere)
    (results / "newest" / ".state.json.restored").symlink_to(elsewhere)
    keep(kube, "newest", 1.0, LABELS)
    forget_former_starts(path, LABELS)
    assert restore(kube.cluster, results, LABELS, path) == "newest"
    assert elsewhere.read_text() == "of others"
    assert (results / "newest" / "state.json").read_text() == "newest"
    assert path.with_suffix(".installation").read_text() == "uid-1"


@pytest.mark.timeout(20)
def test_a_pipe_in_the_place_of_a_note_holds_nobody_up(tmp_path: Path) -> None:
    path = marker(tmp_path, DEFINITION)
    os.mkfifo(path.with_suffix(".installation"))
    forget_former_starts(path, LABELS)
    assert path.with_suffix(".installation").read_text() == "uid-1"


@pytest.mark.parametrize("run", ["../outside", "..", "/outside", "a/b"])
def test_a_record_s_name_leads_nowhere_else(kube: Kube, tmp_path: Path, run: str) -> None:
    results = tmp_path / "results"
    results.mkdir()
    keep(kube, run, 1.0, LABELS)
    assert restore(kube.cluster, results, LABELS, marker(results, DEFINITION)) is None
    assert list(tmp_path.rglob("*")) == [results]


@pytest.mark.parametrize(("installation", "stays"), [("uid-1", True), ("uid-2", False)])
def test_a_volume_s_marker_counts_as_long_as_its_installation_lives(
    tmp_path: Path, installation: str, stays: bool
) -> None:
    path = marker(tmp_path / "results", DEFINITION)
    forget_former_starts(path, LABELS)
    path.write_text("marker")
    forget_former_starts(path, LABELS | {"swarmfile.io/installation": installation})
    assert path.exists() is stays


def test_a_record_that_cannot_be_read_hides_no_other(
    kube: Kube, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep(kube, "good", 1.0, LABELS)
    keep(kube, "bad", 2.0, LABELS)
    head = kube.objects["configmaps", "swarmfile-run-bad"]
    head["data"]["run.json"] = head["data"]["run.json"].replace('"bad"', '"../../../bad"')
    assert restore(kube.cluster, tmp_path / "results", LABELS, marker(tmp_path, DEFINITION)) == "good"
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["results"]
    assert "'../../../bad' is no name of a run" in caplog.text


def test_no_link_that_a_script_left_on_the_volume_is_followed(kube: Kube, tmp_path: Path) -> None:
    keep(kube, "one", 1.0, LABELS)
    results, outside, path = tmp_path / "results", tmp_path / "outside", marker(tmp_path / "results", DEFINITION)
    for folder in (results, outside):
        folder.mkdir()
    (results / "one").symlink_to(outside)
    path.symlink_to(outside / "marker")
    assert restore(kube.cluster, results, LABELS, path) == "one"
    assert (results / "one" / "state.json").read_text() == "one"
    assert list(outside.iterdir()) == []


def test_a_successor_waits_until_the_end_of_the_run_is_recorded(kube: Kube, tmp_path: Path) -> None:
    keep(kube, "moved", time.time(), LABELS)
    path, ended = marker(tmp_path, DEFINITION), Event()
    waiting = Thread(target=await_predecessor, args=(kube.cluster, LABELS, path, ended), daemon=True)
    waiting.start()
    waiting.join(1)
    assert waiting.is_alive()
    Records(kube.cluster, LABELS).keep(RecordedRun("moved", "smoke", "INVALID", time.time()), {"verdict.json": b"{}"})
    waiting.join(30)
    assert not waiting.is_alive()
    assert restore(kube.cluster, tmp_path, LABELS, path) == "moved"
    assert (tmp_path / "moved" / "verdict.json").exists()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("why", ["no record", "a stale one", "an own marker", "told to end"])
def test_it_does_not_wait_for_nothing(kube: Kube, tmp_path: Path, why: str) -> None:
    path, ended = marker(tmp_path, DEFINITION), Event()
    if why != "no record":
        keep(kube, "moved", 1.0 if why == "a stale one" else time.time(), LABELS)
    if why == "an own marker":
        path.touch()
    if why == "told to end":
        ended.set()
    await_predecessor(kube.cluster, LABELS, path, ended)
    assert not (tmp_path / "moved").exists()
