import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from swarmfile.results.kept import Kept, KeptRuns
from swarmfile.sidecar import publish as sidecar_publish
from swarmfile.sidecar import record as sidecar_record
from swarmfile.sidecar.publish import Publisher
from swarmfile.sidecar.record import read_head, read_parts
from swarmfile.sidecar.records import Records
from tests.unit.sidecar.kube_server import Kube

RUN = "smoke-20260101-101010-ab12"
HEAD = f"swarmfile-run-{RUN}"
STATE = {"run": RUN, "type": "smoke", "state": "running", "requests": 7, "failures": 1, "p95_ms": 12.5, "rps": 3.0}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecar_publish, "SNAPSHOT_INTERVAL_S", 0)


def running(results: Path) -> Path:
    folder = results / RUN
    folder.mkdir(exist_ok=True)
    (folder / "locust_stats_history.csv").write_text("history")
    (folder / ".verdict.json.part").write_text("unfinished")
    return folder


def ended(results: Path, outcome: str = "FAIL") -> Path:
    folder = running(results)
    verdict = {"run": RUN, "type": "smoke", "outcome": outcome, "reasons": ["p95 was slow"]}
    totals = {"requests": 10, "failures": 2, "percentiles_ms": {"p95": 99}, "requests_per_s": 1.5}
    metrics = {"totals": totals, "tags": {"team": "shop"}, "note": "hello"}
    (folder / "metrics.json").write_text(json.dumps(metrics))
    (folder / "verdict.json").write_text(json.dumps(verdict))
    for name in ("junit.xml", "summary.md"):
        (folder / name).write_text(name)
    return folder


def files_in(kube: Kube) -> dict[str, bytes]:
    return read_parts(each for name, each in kube.named("configmaps").items() if name != HEAD)


def test_a_running_test_leaves_its_state_and_its_files(kube: Kube, tmp_path: Path) -> None:
    running(tmp_path)
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: STATE)
    run = read_head(kube.named("configmaps")[HEAD])
    assert (run.run, run.type, run.outcome, run.requests, run.p95_ms) == (RUN, "smoke", "running", 7, 12.5)
    assert files_in(kube).keys() == {"locust_stats_history.csv", "state.json"}
    assert json.loads(files_in(kube)["state.json"]) == STATE


def test_a_master_that_is_silent_renews_no_snapshot(kube: Kube, tmp_path: Path) -> None:
    running(tmp_path)
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    assert not kube.objects


def test_snapshots_wait_for_their_interval(kube: Kube, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecar_publish, "SNAPSHOT_INTERVAL_S", 15)
    running(tmp_path)
    publisher = Publisher(Records(kube.cluster, {}), tmp_path)
    publisher.look(lambda: STATE)
    writes = kube.writes
    publisher.look(lambda: STATE)
    assert kube.writes == writes == 2


def test_an_ended_run_is_kept_as_its_files_say(kube: Kube, tmp_path: Path) -> None:
    ended(tmp_path)
    Publisher(Records(kube.cluster, {"swarmfile.io/definition": "abc"}), tmp_path).look(lambda: None)
    head = kube.named("configmaps")[HEAD]
    run = read_head(head)
    assert (run.outcome, run.reasons, run.requests, run.failures) == ("FAIL", ("p95 was slow",), 10, 2)
    assert (run.p95_ms, run.rate, run.tags, run.note) == (99, 1.5, {"team": "shop"}, "hello")
    assert head["metadata"]["labels"]["swarmfile.io/verdict"] == "FAIL"
    assert head["metadata"]["labels"]["swarmfile.io/definition"] == "abc"
    assert ".verdict.json.part" not in files_in(kube)


def test_the_final_state_replaces_the_snapshot_and_its_surplus_parts(kube: Kube, tmp_path: Path) -> None:
    folder = running(tmp_path)
    (folder / "locust_stats_history.csv").write_bytes(os.urandom(1_500_000))
    publisher = Publisher(Records(kube.cluster, {}), tmp_path)
    publisher.look(lambda: STATE)
    assert len(kube.objects) == 4
    ended(tmp_path)
    publisher.look(lambda: STATE)
    assert set(kube.named("configmaps")) == {HEAD, f"{HEAD}-01"}
    assert "state.json" not in files_in(kube)


def test_a_run_whose_master_was_killed_keeps_its_last_known_numbers(kube: Kube, tmp_path: Path) -> None:
    folder = running(tmp_path)
    publisher = Publisher(Records(kube.cluster, {}), tmp_path)
    publisher.look(lambda: STATE)
    ended(tmp_path, "INVALID")
    (folder / "metrics.json").unlink()
    publisher.look(lambda: None)
    run = read_head(kube.named("configmaps")[HEAD])
    assert (run.outcome, run.requests, run.failures, run.p95_ms, run.rate) == ("INVALID", 7, 1, 12.5, 3.0)
    assert "state.json" in files_in(kube)


def test_numbers_that_were_restored_to_a_successor_are_kept_too(kube: Kube, tmp_path: Path) -> None:
    folder = ended(tmp_path, "INVALID")
    (folder / "metrics.json").unlink()
    (folder / "state.json").write_text(json.dumps(STATE))
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    assert read_head(kube.named("configmaps")[HEAD]).requests == 7
    assert json.loads(files_in(kube)["state.json"]) == STATE


def test_an_unchanged_run_is_published_once_and_a_changed_one_again(kube: Kube, tmp_path: Path) -> None:
    folder = ended(tmp_path)
    publisher = Publisher(Records(kube.cluster, {}), tmp_path)
    publisher.look(lambda: None)
    writes = kube.writes
    publisher.look(lambda: None)
    assert kube.writes == writes
    (folder / "summary.md").write_text("other, longer")
    publisher.look(lambda: None)
    assert files_in(kube)["summary.md"] == b"other, longer"


def test_the_mark_of_a_baseline_stays(kube: Kube, tmp_path: Path) -> None:
    ended(tmp_path)
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    kube.named("configmaps")[HEAD]["metadata"]["labels"]["swarmfile.io/baseline"] = "true"
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    assert kube.named("configmaps")[HEAD]["metadata"]["labels"]["swarmfile.io/baseline"] == "true"


def test_an_event_tells_the_verdict_once(kube: Kube, tmp_path: Path) -> None:
    ended(tmp_path)
    for _ in range(2):
        Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    assert [event["message"] for event in kube.named("events").values()] == [f"FAIL {RUN}: p95 was slow"]


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]


def test_without_permission_there_is_one_line_and_the_results_are_kept_once_it_is_given(
    kube: Kube, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ended(tmp_path)
    kube.refuse = 403
    publisher = Publisher(Records(kube.cluster, {}), tmp_path)
    for _ in range(3):
        publisher.look(lambda: None)
    assert complaints(caplog) == [
        f"swarmfile: results are not kept in ConfigMaps: GET configmaps/{HEAD}: configmaps is forbidden"
    ]
    kube.refuse = 0
    publisher.look(lambda: None)
    assert HEAD in kube.named("configmaps")


@pytest.mark.parametrize(
    "verdict",
    [
        "{",
        "[" * 100_000,
        '["run"]',
        json.dumps({"run": "smoke-of-others", "type": "smoke", "outcome": "PASS", "reasons": []}),
        json.dumps({"run": RUN, "type": "smoke", "outcome": "BEST", "reasons": []}),
        json.dumps({"run": RUN, "type": "smoke", "outcome": "PASS", "reasons": 7}),
    ],
    ids=["cut off", "nested without end", "no object", "of another run", "unknown outcome", "no reasons"],
)
def test_a_verdict_that_is_none_is_not_published_and_costs_no_other_run(
    kube: Kube, tmp_path: Path, verdict: str, caplog: pytest.LogCaptureFixture
) -> None:
    bad = tmp_path / "a-bad-one"
    bad.mkdir()
    for name in ("verdict.json", "junit.xml", "summary.md"):
        (bad / name).write_text(verdict.replace(RUN, bad.name))
    ended(tmp_path)
    publisher = Publisher(Records(kube.cluster, {}), tmp_path)
    for _ in range(2):
        publisher.look(lambda: None)
    assert kube.named("configmaps").keys() == {HEAD, f"{HEAD}-01"}
    assert len(complaints(caplog)) == 1


def test_a_bad_file_is_left_out_and_said_to_be(kube: Kube, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = ended(tmp_path)
    (folder / "report.html").symlink_to("/proc/self/environ")
    (folder / "token").symlink_to("/proc/self/environ")
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    assert read_head(kube.named("configmaps")[HEAD]).left_out == ("report.html",)
    assert files_in(kube).keys() == {path.name for path in folder.iterdir() if path.name[0] != "."} - {
        "report.html",
        "token",
    }
    assert complaints(caplog) == [f"swarmfile: report.html of {RUN} is not kept: it is a symbolic link"]


def test_the_master_learns_what_became_of_its_run(kube: Kube, tmp_path: Path) -> None:
    folder, kept = ended(tmp_path), KeptRuns()
    (folder / "report.html").symlink_to("/proc/self/environ")
    publisher = Publisher(Records(kube.cluster, {}), tmp_path, kept=kept)
    kube.refuse = 500
    publisher.look(lambda: None)
    assert known(kept) == Kept(f"GET configmaps/{HEAD}: configmaps is forbidden", lasting=False)
    kube.refuse = 403
    publisher.look(lambda: None)
    assert known(kept) == Kept(f"GET configmaps/{HEAD}: configmaps is forbidden", lasting=True)
    kube.refuse = 0
    publisher.look(lambda: None)
    assert known(kept) == Kept(unreadable={"report.html": "it is a symbolic link"})


def test_a_file_that_does_not_fit_is_told(kube: Kube, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecar_record, "MOST_PARTS", 1)
    kept = KeptRuns()
    (ended(tmp_path) / "report.html").write_bytes(os.urandom(1_000_000))
    for _ in range(2):  # the second finds it recorded
        Publisher(Records(kube.cluster, {}), tmp_path, kept=kept).look(lambda: None)
        assert known(kept) == Kept(too_large={"report.html": "it does not fit into the run's ConfigMaps"})


def known(kept: KeptRuns) -> Kept:
    return Kept.of(json.loads(kept.answer()[2])[RUN])


def test_a_script_s_folders_ask_the_master_no_more_often(kube: Kube, tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"made-{number}").mkdir()
    asked: list[None] = []
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: asked.append(None))
    assert len(asked) == 1


def test_other_things_in_the_results_folder_are_left_alone(kube: Kube, tmp_path: Path) -> None:
    (tmp_path / ".started-abc.json").write_text("{}")
    (tmp_path / "lost+found").mkdir()
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: STATE)
    Publisher(Records(kube.cluster, {}), tmp_path / "missing").look(lambda: STATE)
    assert not kube.objects


def test_everything_that_is_kept_belongs_to_no_release(kube: Kube, tmp_path: Path) -> None:
    ended(tmp_path)
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    metadata: list[dict[str, Any]] = [each["metadata"] for each in kube.objects.values()]
    assert all("ownerReferences" not in each for each in metadata)
    assert all(
        not name.startswith(("app.kubernetes.io", "helm")) for each in metadata for name in each.get("labels", {})
    )


def test_what_a_process_before_published_is_not_published_again(kube: Kube, tmp_path: Path) -> None:
    folder = ended(tmp_path)
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    before = read_head(kube.named("configmaps")[HEAD])
    os.utime(folder / "verdict.json")
    writes = kube.writes
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    assert kube.writes == writes
    assert read_head(kube.named("configmaps")[HEAD]) == before


def test_a_verdict_that_lay_on_a_volume_for_long_is_recorded_but_no_news(kube: Kube, tmp_path: Path) -> None:
    os.utime(ended(tmp_path) / "verdict.json", (1.0, 1.0))
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    assert read_head(kube.named("configmaps")[HEAD]).at == 1.0
    assert not kube.named("events")


@pytest.mark.parametrize("verdict", [{"run": "smoke-another"}, {"run": "../a"}, {"reasons": 5}, {"type": None}])
def test_a_verdict_that_a_script_wrote_for_another_run_is_not_kept(
    kube: Kube, tmp_path: Path, verdict: dict[str, Any]
) -> None:
    path = ended(tmp_path) / "verdict.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | verdict))
    Publisher(Records(kube.cluster, {}), tmp_path).look(lambda: None)
    assert not kube.objects
