"""INVALID before FAIL before PASS, and the same verdict in every form."""

import json

import pytest

from swarmfile.verdict import Assertion, AssertionState, Outcome, Verdict, judge

HELD = Assertion("p95", 20, 1000, AssertionState.HELD)
BROKEN = Assertion("error rate", 0.5, 0.01, AssertionState.BROKEN, "error rate was 50%")


@pytest.mark.parametrize(
    ("doubts", "assertions", "outcome", "reasons", "exit_code"),
    [
        ([], [HELD], Outcome.PASS, (), 0),
        ([], [HELD, BROKEN], Outcome.FAIL, ("error rate was 50%",), 1),
        (["no requests were made"], [BROKEN], Outcome.INVALID, ("no requests were made",), 2),
        ([], [], Outcome.PASS, (), 0),
    ],
)
def test_a_run_that_says_nothing_can_neither_pass_nor_fail(
    doubts: list[str], assertions: list[Assertion], outcome: Outcome, reasons: tuple[str, ...], exit_code: int
) -> None:
    verdict = judge("run", "smoke", doubts, assertions)
    assert (verdict.outcome, verdict.reasons, verdict.exit_code) == (outcome, reasons, exit_code)


def test_what_warns_fails_nothing() -> None:
    slow = Assertion("p99", 5, 1, AssertionState.BROKEN, "p99 was 5 ms", warns=True)
    verdict = judge("run", "smoke", [], [HELD, slow], ["the script raised"])
    assert (verdict.outcome, verdict.warnings) == (Outcome.PASS, ("the script raised", "p99 was 5 ms"))
    assert verdict.log_lines()[1:] == [
        "swarmfile: warning: the script raised",
        "swarmfile: warning: p99 was 5 ms",
    ]


def test_a_verdict_survives_its_file() -> None:
    verdict = judge("run", "smoke", [], [HELD, Assertion("p99", None, 5, AssertionState.UNKNOWN)])
    assert Verdict.from_dict(json.loads(json.dumps(verdict.as_dict()))) == verdict


def test_the_log_has_one_line_for_the_verdict_and_one_for_each_reason() -> None:
    lines = judge("smoke-1", "smoke", ["no requests were made", "cut short"], []).log_lines()
    assert lines == [
        "swarmfile: verdict INVALID smoke-1",
        "swarmfile: reason: no requests were made",
        "swarmfile: reason: cut short",
    ]
