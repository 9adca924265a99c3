"""When a trouble is told, forgotten, and taken for hopeless."""

import pytest

from swarmfile.cli.cluster.pod_trouble import Trouble
from swarmfile.cli.cluster.standing import FORGOTTEN_AFTER_S, HOPELESS_AFTER_S, TOLD_AFTER_S, Memory

MISSING = Trouble("Job a", "missing", "pod x needs Secret y")
CROWDED = Trouble("Job a", "unschedulable", "0/1 nodes", heals=True)


def test_a_trouble_is_told_once_it_stands_and_only_once() -> None:
    memory = Memory(300)
    assert memory.see([MISSING], 0) == []
    assert memory.see([MISSING], TOLD_AFTER_S) == [MISSING]
    assert memory.see([MISSING], TOLD_AFTER_S + 2) == []


def test_another_wording_is_the_same_trouble_and_the_newest_counts() -> None:
    memory = Memory(300)
    memory.see([CROWDED], 0)
    other = Trouble("Job a", "unschedulable", "0/2 nodes", heals=True)
    assert memory.see([other], TOLD_AFTER_S) == [other]
    assert memory.hopeless(TOLD_AFTER_S) is None


def test_a_flicker_is_not_told() -> None:
    memory = Memory(300)
    memory.see([MISSING], 0)
    assert memory.see([], FORGOTTEN_AFTER_S + 1) == []
    assert memory.see([MISSING], FORGOTTEN_AFTER_S + 2) == []


def test_a_crash_loop_stands_while_its_container_runs_for_a_moment() -> None:
    memory = Memory(300)
    memory.see([MISSING], 0)
    memory.see([], FORGOTTEN_AFTER_S - 1)
    assert memory.hopeless(FORGOTTEN_AFTER_S - 1) is None
    memory.see([MISSING], FORGOTTEN_AFTER_S)
    memory.see([MISSING], HOPELESS_AFTER_S)
    assert memory.hopeless(HOPELESS_AFTER_S) is MISSING


@pytest.mark.parametrize(
    ("trouble", "pending_timeout_s", "given_up_s"),
    [(MISSING, 300, HOPELESS_AFTER_S), (CROWDED, 300, 300), (MISSING, 10, 10), (CROWDED, 10, 10), (CROWDED, 0, 0)],
)
def test_what_may_heal_gets_the_pending_timeout_and_the_rest_a_minute(
    trouble: Trouble, pending_timeout_s: float, given_up_s: float
) -> None:
    memory = Memory(pending_timeout_s)
    memory.see([trouble], 0)
    memory.see([trouble], given_up_s - 1)
    assert memory.hopeless(given_up_s - 1) is None
    memory.see([trouble], given_up_s)
    assert memory.hopeless(given_up_s) is trouble
