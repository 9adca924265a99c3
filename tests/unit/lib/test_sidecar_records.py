"""What stands in a namespace after a run was recorded."""

from lib.sidecar_record import Run, config_maps, read_head
from lib.sidecar_records import Records

from tests.unit.lib.kube_server import Kube

RUN = "smoke-20260101-101010-ab12"
HEAD = f"swarmfile-run-{RUN}"
ENDED = Run(RUN, "smoke", "PASS", 1.0)


def test_the_oldest_runs_go_when_a_new_one_is_kept(kube: Kube) -> None:
    parts, head = config_maps(Run("smoke-old", "smoke", "PASS", 0.0), {"a": b"a"}, {})
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
