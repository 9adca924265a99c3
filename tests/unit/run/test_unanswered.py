"""What is said of requests that nobody answered; tests/unit/clients/test_kind.py shows how they are noticed."""

from collections.abc import Callable

from swarmfile.definition.validity import Reason
from swarmfile.run.finished import Run
from swarmfile.run.interrupted import Unanswered
from swarmfile.run.unanswered import doubts


def test_a_request_that_outlives_all_users_makes_the_statistics_incomplete(a_run: Callable[..., Run]) -> None:
    (doubt,) = doubts(a_run(unanswered=Unanswered(cut_off=3, in_flight=2)))
    assert doubt.reason is Reason.STATISTICS_INCOMPLETE
    assert doubt.sentence == (
        "statistics are incomplete: 2 requests were in flight when all users had ended, and are not counted; "
        "let a task wait for the greenlets that it spawns"
    )
    assert not list(doubts(a_run(unanswered=Unanswered(hung=1, cut_off=3))))
