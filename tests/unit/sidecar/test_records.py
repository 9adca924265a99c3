"""What stands in a namespace after a run was recorded."""

from dataclasses import replace

import pytest

from swarmfile.sidecar.kube import ApiError
from swarmfile.sidecar.record import RecordedRun, RecordError, config_maps, read_head, read_parts
from swarmfile.sidecar.records import INSTALLATION, Records
from tests.unit.sidecar.kube_server import Kube

RUN = "smoke-20260101-101010-ab12"
HEAD = f"swarmfile-run-{RUN}"
ENDED = RecordedRun(RUN, "smoke", "PASS", 1.0)


def test_the_oldest_runs_go_when_a_new_one_is_kept(kube: Kube) -> None:
    parts, head = config_maps(RecordedRun("smoke-old", "smoke", "PASS", 0.0), {"a": b"a"}, {})
    for each in (*parts, head):
        kube.put("configmaps", each)
    Records(kube.cluster, {}, keep=1).keep(ENDED, {"a": b"a"})
    assert set(kube.named("configmaps")) == {HEAD, f"{HEAD}-01"}


def test_the_same_is_written_once(kube: Kube) -> None:
    for _ in range(2):
        Records(kube.cluster, {}).keep(ENDED, {"a": b"a"})
        writes = kube.writes
    assert kube.writes == writes == 2
    assert read_head(kube.named("configmaps")[HEAD]).ended


def files_in(kube: Kube) -> dict[str, bytes]:
    return read_parts(each for name, each in kube.named("configmaps").items() if name != HEAD)


def test_a_successor_changes_no_final_record(kube: Kube) -> None:
    whole = {"verdict.json": b"{}", "metrics.json": b"{}", "report.html": b"whole"}
    Records(kube.cluster, {}, writer="first").keep(ENDED, whole)
    kept = Records(kube.cluster, {}, writer="second").keep(
        RecordedRun(RUN, "smoke", "INVALID", 2.0), {"verdict.json": b"restarted", "state.json": b"{}"}
    )
    assert kept.outcome == read_head(kube.named("configmaps")[HEAD]).outcome == "PASS"
    assert files_in(kube) == whole


def test_who_was_overtaken_is_refused_and_adds_its_files_at_the_next_look(kube: Kube) -> None:
    first, second = (Records(kube.cluster, {}, writer=name) for name in ("first", "second"))
    first.write(replace(ENDED, outcome="running"), {"state.json": b"{}"})
    seen = kube.named("configmaps")[HEAD]
    second.keep(replace(ENDED, outcome="INVALID"), {"verdict.json": b"restarted", "state.json": b"{}"})
    overtaken = {"metadata": {"name": HEAD, "resourceVersion": seen["metadata"]["resourceVersion"]}}
    with pytest.raises(ApiError, match="modified") as refused:
        kube.cluster.write("configmaps", overtaken)
    assert not refused.value.lasting
    whole = {"verdict.json": b"{}", "metrics.json": b"{}"}
    assert first.keep(ENDED, whole).outcome == "INVALID"
    assert files_in(kube) == {"verdict.json": b"restarted", "metrics.json": b"{}"}


def test_a_record_of_another_installation_is_left_alone(kube: Kube) -> None:
    Records(kube.cluster, {INSTALLATION: "theirs"}).keep(ENDED, {"a": b"a"})
    before = dict(kube.objects)
    with pytest.raises(RecordError, match="is the record of another installation"):
        Records(kube.cluster, {INSTALLATION: "ours"}).keep(replace(ENDED, outcome="FAIL"), {"a": b"b"})
    assert kube.objects == before


def test_a_record_whose_files_are_lost_gets_those_that_there_are(kube: Kube) -> None:
    Records(kube.cluster, {}).write(replace(ENDED, outcome="running"), {"state.json": b"{}"})
    del kube.objects["configmaps", f"{HEAD}-01"]
    Records(kube.cluster, {}).keep(ENDED, {"a": b"a"})
    assert files_in(kube) == {"a": b"a"}
