"""Each way in which a run says nothing, with its sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from locust.stats import RequestStats

from swarmfile.definition.validity import Reason, Validity
from swarmfile.judge.doubts import why_nothing_is_known
from swarmfile.run.delivery import Delivery, Sample
from swarmfile.run.finished import Cause, Run, Worker
from swarmfile.run.plan import Unreached

ARun = Callable[..., Run]


def presence(*users: int, phase: str = "") -> Delivery:
    return Delivery([Sample(second, 1.0, 10, present, phase) for second, present in enumerate(users, start=1)])


def test_a_run_that_was_delivered_raises_no_doubt(a_run: ARun) -> None:
    assert list(why_nothing_is_known(a_run(), Validity())) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stats": RequestStats()}, "no requests were made"),
        ({"stats": RequestStats(), "planned_users": 0}, "no requests were made: no users were planned"),
        (
            {"unreached": Unreached(10, 10.0, 0.0, 3.0), "delivery": presence(1, 2, 3), "ended_at": 1003.0},
            "only 3 of 10 planned users ran: the ramp of 10 s is longer than the run of 3 s; "
            "raise the spawn rate, or let it last longer",
        ),
        (
            {"unreached": Unreached(10, 10.0, 0.0, 3.0), "delivery": presence(1, 2, 3, 4, phase="rise")},
            "only 4 of 10 planned users ran: the ramp of 10 s is longer than the stage rise of 3 s; "
            "raise the spawn rate, or let it last longer",
        ),
        ({"cause": Cause.STOPPED, "ended_at": 1004.0}, "cut short: stopped by hand after 4 s of the planned 10 s"),
        ({"cause": Cause.INTERRUPTED, "ended_at": 1004.0}, "cut short: interrupted after 4 s of the planned 10 s"),
        ({"cause": Cause.TERMINATED, "planned_s": None}, "cut short: terminated (SIGTERM) after 10 s"),
        (
            {"cause": Cause.SCRIPT, "ended_at": 1004.0, "detail": "test.py, line 3", "delivery": presence(10, 5, 1)},
            "ended by the script after 4 s of the planned 10 s (test.py, line 3)",
        ),
        ({"cause": Cause.RESTARTED}, "cut short: the master was restarted"),
        ({"cause": Cause.WORKERS_LOST, "ended_at": 1004.0}, "every worker was lost after 4 s of the planned 10 s"),
        ({"cause": Cause.NEVER_BEGAN, "detail": "1 of 2 came"}, "the run never began: 1 of 2 came"),
        ({"delivery": presence(*[7] * 10)}, "planned users were never reached: 7 of 10 ran"),
        (
            {"delivery": presence(*[9, 10] * 5, *[1] * 2)},
            "only 80.0% of 110 planned user-seconds were delivered: add workers, or lower users or spawn rate",
        ),
        (
            {"delivery": presence(*[10] * 30, *[5] * 6, 10)},
            "planned users were missing for 6 s: only 5 of 10 planned users ran (from second 30)",
        ),
        (
            {"workers": (Worker("a"), Worker("b", reported=False))},
            "statistics are incomplete: no last report from b",
        ),
    ],
)
def test_a_doubt_is_one_sentence(a_run: ARun, changes: dict[str, Any], sentence: str) -> None:
    assert [doubt.sentence for doubt in why_nothing_is_known(a_run(**changes), Validity())] == [sentence]


@pytest.mark.parametrize(
    "changes",
    [
        {"cause": Cause.STOPPED, "planned_s": None},
        {"cause": Cause.INTERRUPTED, "planned_s": None},
        {"cause": Cause.STOPPED, "planned_users": 0},
        {"cause": Cause.ABORTED, "unreached": Unreached(20, 20.0, 0.0, 10.0)},
        {"delivery": presence(10, 10, 10, *[5] * 5, 10, 10)},
    ],
    ids=["stopped without run time", "Ctrl-C without run time", "no users", "aborted in its ramp", "healed in time"],
)
def test_what_is_no_doubt(a_run: ARun, changes: dict[str, Any]) -> None:
    assert list(why_nothing_is_known(a_run(**changes), Validity(delivery_tolerance=0.5))) == []


@pytest.mark.parametrize(
    ("users", "end"),
    [
        ([10] * 10, "no second was without its planned users"),
        (
            [10] * 8 + [5] * 2 + [10],
            "planned users were missing for 2 s: only 5 of 10 planned users ran (from second 8)",
        ),
    ],
)
def test_workers_that_were_replaced_in_time_are_named_as_a_warning(a_run: ARun, users: list[int], end: str) -> None:
    run = a_run(workers=(Worker("a", reported=False, missing=True), Worker("b")), delivery=presence(*users))
    (doubt,) = why_nothing_is_known(run, Validity())
    assert doubt.sentence == f"workers were lost (a) with up to 3 s of their requests; {end}"
    assert Validity().weigh([doubt]) == ((), (doubt.sentence,))


def test_the_tolerated_gap_can_be_set(a_run: ARun) -> None:
    run = a_run(delivery=presence(10, 10, 10, 5, 5, 10))
    assert [
        d.reason for d in why_nothing_is_known(run, Validity(worker_loss_tolerance_s=1, delivery_tolerance=0.5))
    ] == [Reason.WORKERS_LOST]
