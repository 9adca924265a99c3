"""What is read of the master's answer."""

import pytest

from swarmfile.run.state import RunState, State, parse

ANSWER = {
    "run": "smoke-1",
    "type": "smoke",
    "state": "running",
    "elapsed_s": 5,
    "planned_s": 20,
    "users": 9,
    "planned_users": 10,
    "requests": 200,
    "failures": 5,
    "p50_ms": None,
    "workers": [{"id": "a"}],
    "news": "of a later version",
}


def test_the_answer_is_read_as_far_as_it_is_known() -> None:
    state = parse(ANSWER)
    assert (state.run, state.users, state.p50_ms, state.workers) == ("smoke-1", 9, None, ({"id": "a"},))


@pytest.mark.parametrize(("planned_s", "left_s"), [(20, 15), (3, 0), (None, None)])
def test_the_time_left_is_what_the_plan_leaves(planned_s: float | None, left_s: float | None) -> None:
    assert State(elapsed_s=5, planned_s=planned_s).left_s == left_s


@pytest.mark.parametrize(("requests", "failures", "share"), [(200, 5, 0.025), (0, 0, 0)])
def test_the_failures_are_a_share_of_the_requests(requests: int, failures: int, share: float) -> None:
    assert State(requests=requests, failures=failures).failure_share == share


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("users", "9", "users is no number: 9"),
        ("requests", -1, "requests is no possible number"),
        ("workers", {}, "workers is no list"),
        ("workers", ["a"], "a worker is no object"),
        ("workers", [{"memory_bytes": "x"}], "memory_bytes is no number: x"),
        ("phase", {"index": "1"}, "index is no number: 1"),
        ("verdict", "PASS", "verdict is no object"),
        ("state", "asleep", "'asleep' is not a valid RunState"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(field: str, value: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(ANSWER | {field: value})


@pytest.mark.parametrize("state", RunState)
def test_a_load_has_begun_once_users_are_spawned(state: RunState) -> None:
    assert state.has_begun == (state.value not in ("starting", "ready", "waiting"))
