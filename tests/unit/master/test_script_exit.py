"""An exit code that a script set is judged, whenever it was set."""

import pytest
from locust.env import Environment

from swarmfile.master.script_exit import assertions, with_assertions
from swarmfile.verdict import Outcome, Verdict


def broken(code: int | None) -> Environment:
    environment = Environment()
    environment.process_exit_code = code
    return environment


@pytest.mark.parametrize(("code", "sentences"), [(None, []), (0, []), (3, ["the script set exit code 3"])])
def test_only_a_code_that_is_not_0_breaks_something(code: int | None, sentences: list[str]) -> None:
    assert [assertion.sentence for assertion in assertions(broken(code))] == sentences


@pytest.mark.parametrize(
    ("before", "after", "reasons"),
    [
        (Verdict("r", "smoke", Outcome.PASS), Outcome.FAIL, ("the script set exit code 1",)),
        (Verdict("r", "smoke", Outcome.FAIL, ("slow",)), Outcome.FAIL, ("slow", "the script set exit code 1")),
        (Verdict("r", "smoke", Outcome.INVALID, ("lost",)), Outcome.INVALID, ("lost",)),
    ],
)
def test_a_verdict_that_is_known_becomes_fail_unless_the_run_says_nothing(
    before: Verdict, after: Outcome, reasons: tuple[str, ...]
) -> None:
    revised = with_assertions(before, assertions(broken(1)))
    assert (revised.outcome, revised.reasons) == (after, reasons)
    assert with_assertions(revised, assertions(broken(1))) == revised
