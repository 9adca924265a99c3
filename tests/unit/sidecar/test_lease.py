from datetime import UTC, datetime

import pytest

from swarmfile.sidecar.kube import ApiError
from swarmfile.sidecar.lease import DURATION_S, GROUP, LONGEST_DURATION_S, Claim, Held, Lease, moment
from tests.unit.sidecar.kube_server import Kube

NAME = "swarmfile-target-1"


def lease(kube: Kube, holder: str = "testing/a") -> Lease:
    claim = Claim(holder, "testing/settings", "d", "http://a:80 is under load of test smoke")
    return Lease(kube.cluster.of_group(GROUP), NAME, claim)


def test_what_is_taken_says_who_has_it_for_how_long(kube: Kube) -> None:
    one = lease(kube)
    assert one.look() is None
    assert one.take(None)
    made = kube.objects["leases", NAME]
    assert (made["apiVersion"], made["kind"]) == ("coordination.k8s.io/v1", "Lease")
    assert made["spec"]["leaseDurationSeconds"] == DURATION_S
    held = one.look()
    assert held
    assert (held.holder, held.owner, held.duration_s) == ("testing/a", "testing/settings", DURATION_S)
    assert held.text.startswith("http://a:80 is under load of test smoke since 20")


def test_of_two_that_saw_the_same_one_takes_it(kube: Kube) -> None:
    first, second = lease(kube), lease(kube, "testing/b")
    assert (first.take(None), second.take(None)) == (True, False)
    seen = second.look()
    assert first.renew()
    assert not second.take(seen)
    assert second.take(second.look())
    assert not first.renew()


def test_a_renewal_changes_the_time_alone(kube: Kube) -> None:
    one = lease(kube)
    one.take(None)
    before = kube.objects["leases", NAME]
    assert one.renew()
    after = kube.objects["leases", NAME]
    assert after["spec"].pop("renewTime") > before["spec"].pop("renewTime")
    assert (after["spec"], after["metadata"]["annotations"]) == (before["spec"], before["metadata"]["annotations"])


def test_what_another_took_or_removed_is_not_released(kube: Kube) -> None:
    first, second = lease(kube), lease(kube, "testing/b")
    first.take(None)
    second.take(second.look())
    first.release()
    assert kube.objects["leases", NAME]["spec"]["holderIdentity"] == "testing/b"
    second.release()
    second.release()
    assert kube.named("leases") == {}


def test_a_refusal_of_the_api_is_an_error(kube: Kube) -> None:
    kube.refuse = 403
    one = lease(kube)
    for act in (one.look, lambda: one.take(None), one.renew, one.release):
        with pytest.raises(ApiError):
            act()


@pytest.mark.parametrize(
    ("manifest", "duration_s", "text"),
    [
        ({}, DURATION_S, "its target is under load of another"),
        ({"spec": {"leaseDurationSeconds": 10**9}}, LONGEST_DURATION_S, "its target is under load of another"),
        ({"metadata": {"annotations": {"swarmfile.io/text": "x" * 9000}}}, DURATION_S, "x" * 300),
    ],
)
def test_what_others_wrote_is_read_within_bounds(manifest: dict[str, object], duration_s: float, text: str) -> None:
    held = Held.of(manifest)
    assert (held.holder, held.duration_s, held.text) == ("", duration_s, text)


def test_a_moment_is_written_as_kubernetes_reads_it() -> None:
    assert abs(datetime.now(UTC) - datetime.strptime(moment(), "%Y-%m-%dT%H:%M:%S.%f%z")).total_seconds() < 60
