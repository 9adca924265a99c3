"""Many pods that want one target, each by the sidecar's code, over an API that keeps objects as Kubernetes does."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from swarmfile.run.state import RunState
from swarmfile.sidecar.guard import Guard, guard_of
from swarmfile.sidecar.lease import GROUP, Claim, Lease
from tests.unit.sidecar.kube_server import Kube
from tests.waiting import wait_until

NAME = "swarmfile-target-1"


def claim(number: int = 1) -> Claim:
    return Claim(f"testing/pod-{number}", f"testing/owner-{number}", "d", f"https://a:443 is under load of {number}")


def guard(kube: Kube, number: int = 1, mode: str = "refuse") -> Guard:
    return Guard(Lease(kube.cluster.of_group(GROUP), NAME, claim(number)), mode)


@pytest.fixture
def holder(kube: Kube) -> Guard:
    """Has the target, but renews nothing by itself."""
    first = guard(kube)
    first.begin(threading.Event())
    assert first.held
    return first


def begun(one: Guard) -> Guard:
    one.begin(threading.Event())
    return one


def test_of_many_at_once_exactly_one_has_the_target_and_the_others_say_who(kube: Kube) -> None:
    many = [guard(kube, number) for number in range(10)]
    ended = threading.Event()

    def begin(one: Guard) -> None:
        one.begin(threading.Event())
        if one.held:
            one.follow(ended)

    with ThreadPoolExecutor(len(many)) as pool:
        list(pool.map(begin, many))
    ended.set()
    (winner,) = [number for number, one in enumerate(many) if one.held]
    others = [one.refused for one in many if not one.held]
    assert len(others) == 9
    assert all(why.startswith(f"https://a:443 is under load of {winner} since 20") for why in others)
    assert all(why.endswith("another RUN_ID, or set guard.mode to wait or off") for why in others)


def test_a_holder_that_does_not_renew_is_followed_after_its_leases_duration(kube: Kube, holder: Guard) -> None:
    kube.objects["leases", NAME]["spec"]["leaseDurationSeconds"] = 1
    assert begun(guard(kube, 2)).held
    holder._guarded(holder._renew)
    assert not holder.held


def test_who_waits_begins_when_the_run_before_has_ended(
    kube: Kube, holder: Guard, caplog: pytest.LogCaptureFixture
) -> None:
    ended = threading.Event()
    holder.follow(ended)
    second = guard(kube, 2, "wait")
    waiting = threading.Thread(target=second.begin, args=(ended,))
    waiting.start()
    wait_until(lambda: "this test waits for its end" in caplog.text, lambda: "no line about the wait", 60)
    holder.saw(RunState.RUNNING)
    assert not second.held
    holder.saw(RunState.STOPPED)
    waiting.join(60)
    assert second.held
    assert not second.refused
    ended.set()


def test_a_pod_waits_for_the_one_before_it_of_the_same_installation(kube: Kube, holder: Guard) -> None:
    ended = threading.Event()
    holder.follow(ended)
    successor = Guard(Lease(kube.cluster.of_group(GROUP), NAME, replace(claim(), holder="testing/pod-new")))
    waiting = threading.Thread(target=successor.begin, args=(ended,))
    waiting.start()
    version = kube.objects["leases", NAME]["metadata"]["resourceVersion"]
    wait_until(lambda: kube.objects["leases", NAME]["metadata"]["resourceVersion"] != version, lambda: "no renewal", 60)
    holder.give_up()
    waiting.join(60)
    assert (successor.held, successor.refused) == (True, "")
    ended.set()


def test_a_container_that_starts_again_has_its_own_lease_at_once(kube: Kube, holder: Guard) -> None:
    before = time.monotonic()
    assert begun(guard(kube)).held
    assert time.monotonic() - before < 5


def test_a_pod_that_is_told_to_end_while_it_waits_takes_nothing(kube: Kube, holder: Guard) -> None:
    ended = threading.Event()
    ended.set()
    second = guard(kube, 2, "wait")
    second.begin(ended)
    assert (second.held, kube.objects["leases", NAME]["spec"]["holderIdentity"]) == (False, "testing/pod-1")


def test_a_run_that_is_started_in_the_web_ui_takes_the_lease_or_says_that_there_are_two(
    kube: Kube, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = guard(kube), guard(kube, 2)
    first.saw(RunState.READY)
    assert not first.held
    first.saw(RunState.SPAWNING)
    second.saw(RunState.RUNNING)
    second.saw(RunState.RUNNING)
    assert (first.held, second.held) == (True, False)
    assert caplog.text.count("two runs at once: https://a:443 is under load of 1 since") == 1


def test_what_is_freed_leaves_nothing_and_what_another_took_stays(kube: Kube, holder: Guard) -> None:
    kube.objects["leases", NAME]["spec"]["leaseDurationSeconds"] = 0
    second = begun(guard(kube, 2))
    holder.give_up()
    assert kube.objects["leases", NAME]["spec"]["holderIdentity"] == "testing/pod-2"
    second.give_up()
    assert kube.named("leases") == {}


def test_without_an_answer_of_the_api_the_run_begins_unguarded_and_one_line_says_so(
    kube: Kube, caplog: pytest.LogCaptureFixture
) -> None:
    kube.refuse = 403
    one = begun(guard(kube))
    assert (one.held, one.refused) == (False, "")
    assert caplog.text.count("the target is not guarded: GET leases/swarmfile-target-1") == 1


def test_the_environment_of_the_pod_says_what_to_guard(kube: Kube) -> None:
    assert guard_of(kube.cluster, {}) is None
    variables = {
        "SWARMFILE_GUARD_LEASE": NAME,
        "SWARMFILE_GUARD_TARGET": "https://a:443",
        "SWARMFILE_GUARD": "wait",
        "SWARMFILE_GUARD_TEST": "checkout",
        "SWARMFILE_SETTINGS_NAME": "settings",
        "SWARMFILE_DEFINITION": "e" * 64,
    }
    made = guard_of(kube.cluster, variables)
    assert made
    assert begun(made).held
    notes = kube.objects["leases", NAME]["metadata"]["annotations"]
    assert notes["swarmfile.io/owner"] == "testing/settings"
    assert notes["swarmfile.io/definition"] == "e" * 32
    assert notes["swarmfile.io/text"].startswith(
        "https://a:443 is under load of test checkout in namespace testing (pod "
    )
    assert json.loads(made.answer()[2]) == {"refused": ""}
