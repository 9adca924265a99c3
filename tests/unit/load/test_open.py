"""What arrivals that were dropped or never came make of a run."""

from collections.abc import Callable
from typing import Any

import pytest

from swarmfile.definition.settings import Settings, parse
from swarmfile.load.open import assertions, doubts
from swarmfile.run.finished import Cause, Run, Tally
from swarmfile.run.interrupted import Unanswered
from swarmfile.verdict import AssertionState

ARunner = Callable[..., Run]


def settings(**arrivals: Any) -> Settings:  # noqa: ANN401 - as in test.yml
    return parse({"arrivals": {"rate": "10/s", "maxUsers": 7, **arrivals}})


def tally(planned: int = 1000, begun: int = 1000, dropped: int = 0, unfinished: int = 0) -> Tally:
    return Tally(planned, begun, dropped, unfinished, 10.0)


DROPPED = (
    "20 of 1000 arrivals were dropped: all of the 7 users were busy; "
    "raise arrivals.maxUsers, or see what slowed the target down"
)


@pytest.mark.parametrize(
    ("counts", "how", "sentences"),
    [
        ({}, {}, []),
        ({"begun": 980, "dropped": 20}, {}, [DROPPED]),
        ({"begun": 980, "dropped": 20}, {"maxDropped": 0.02}, []),
        ({"begun": 980, "dropped": 20}, {"dropped": "fail"}, []),
        ({"begun": 901}, {}, []),
        (
            {"begun": 850, "dropped": 30},
            {"dropped": "warn"},
            ["only 880 of 1000 planned arrivals came: add workers, or lower arrivals.rate"],
        ),
        ({"begun": 850}, {"distribution": "poisson"}, []),
        (
            {"unfinished": 2},
            {},
            ["2 arrivals were not over when the run ended: the times of their last requests are not counted"],
        ),
    ],
)
def test_a_doubt_is_one_sentence(
    a_run: ARunner, counts: dict[str, int], how: dict[str, Any], sentences: list[str]
) -> None:
    found = doubts(a_run(arrivals=tally(**counts)), settings(**how))
    assert [doubt.sentence for doubt in found] == sentences


def test_arrivals_that_hung_are_failures_and_no_doubt(a_run: ARunner) -> None:
    arrivals = tally(unfinished=2)
    assert not list(doubts(a_run(arrivals=arrivals, unanswered=Unanswered(hung=2)), settings()))
    (doubt,) = doubts(a_run(arrivals=arrivals, unanswered=Unanswered(hung=1, cut_off=1)), settings())
    assert doubt.sentence.startswith("1 arrivals were not over")


@pytest.mark.parametrize("changes", [{"cause": Cause.NEVER_BEGAN, "arrivals": tally(dropped=9)}, {"arrivals": None}])
def test_a_run_without_arrivals_has_no_doubt_of_theirs(a_run: ARunner, changes: dict[str, Any]) -> None:
    assert list(doubts(a_run(**changes), settings())) == []


@pytest.mark.parametrize(
    ("how", "state", "warns"),
    [
        ({"dropped": "fail"}, AssertionState.BROKEN, False),
        ({"dropped": "warn"}, AssertionState.BROKEN, True),
        ({"dropped": "fail", "maxDropped": 0.02}, AssertionState.HELD, False),
    ],
)
def test_dropped_arrivals_fail_or_warn_where_the_definition_says_so(
    a_run: ARunner, how: dict[str, Any], state: AssertionState, warns: bool
) -> None:
    arrivals = settings(**how).arrivals
    assert arrivals
    (found,) = assertions(a_run(arrivals=tally(begun=980, dropped=20)), arrivals)
    assert (found.value, found.threshold, found.state, found.warns) == (0.02, arrivals.max_dropped, state, warns)
    assert found.sentence == DROPPED


def test_dropped_arrivals_that_invalidate_are_no_assertion(a_run: ARunner) -> None:
    arrivals = settings().arrivals
    assert arrivals
    assert list(assertions(a_run(arrivals=tally(dropped=9)), arrivals)) == []
