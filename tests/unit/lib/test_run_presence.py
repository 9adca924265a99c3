"""A killed worker's users are taken back from the seconds in which it was dead already."""

from lib.run_delivery import Sample
from lib.run_presence import Presence
from locust.runners import STATE_MISSING, STATE_RUNNING, WorkerNode


def worker(name: str, users: int, state: str = STATE_RUNNING) -> WorkerNode:
    node = WorkerNode(name, state)
    node.user_classes_count = {"User": users}
    return node


def presence(*, dead_from_s: int, noticed_s: int) -> list[float]:
    """Two workers with 5 users each; `b` sends its last heartbeat at `dead_from_s`."""
    followed = Presence()
    for second in range(1, noticed_s + 1):
        missing = second == noticed_s
        followed.heard("a", second)
        if second <= dead_from_s:
            followed.heard("b", second)
        clients = {"a": worker("a", 5), "b": worker("b", 0, STATE_MISSING) if missing else worker("b", 5)}
        followed.add(Sample(second, 1.0, 10, 5 if missing else 10), clients)
    return [sample.present for sample in followed.samples]


def test_the_silent_seconds_are_corrected_when_they_are_noticed() -> None:
    assert presence(dead_from_s=4, noticed_s=8) == [10, 10, 10, 10, 10, 5, 5, 5]


def test_a_worker_that_is_noticed_at_once_changes_no_second_before() -> None:
    assert presence(dead_from_s=4, noticed_s=5) == [10, 10, 10, 10, 5]
