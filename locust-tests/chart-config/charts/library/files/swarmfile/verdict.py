"""Judges a finished run: PASS, FAIL or INVALID, with one sentence for each reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """PASS: every assertion held under real load. FAIL: one broke. INVALID: the run says nothing."""

    PASS = "PASS"
    FAIL = "FAIL"
    INVALID = "INVALID"


EXIT_CODES = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.INVALID: 2}
BAD_INPUT_EXIT_CODE = 3


class AssertionState(StrEnum):
    """UNKNOWN: the run had nothing that the assertion speaks of."""

    HELD = "held"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Assertion:
    """What was asserted, what was measured, and the sentence that is the verdict's reason where it broke."""

    assertion: str
    value: float | None
    threshold: float | None
    state: AssertionState
    sentence: str = ""
    warns: bool = False  # and fails nothing

    def as_dict(self) -> dict[str, Any]:
        """Returns what verdict.json and metrics tell."""
        return {
            "assertion": self.assertion,
            "value": self.value,
            "threshold": self.threshold,
            "state": self.state.value,
        }


@dataclass(frozen=True)
class Verdict:
    """The outcome with its reasons, the same in log, JSON, JUnit, Markdown, metrics and exit code."""

    run: str
    type: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 PASS, 1 FAIL, 2 INVALID."""
        return EXIT_CODES[self.outcome]

    def as_dict(self) -> dict[str, Any]:
        """Returns the content of verdict.json."""
        return {
            "run": self.run,
            "type": self.type,
            "outcome": self.outcome.value,
            "exitCode": self.exit_code,
            "reasons": list(self.reasons),
            "warnings": list(self.warnings),
            "assertions": [assertion.as_dict() for assertion in self.assertions],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Verdict":
        """Returns the verdict that `as_dict` described. Raises KeyError or ValueError on anything else."""
        assertions = tuple(
            Assertion(a["assertion"], a["value"], a["threshold"], AssertionState(a["state"]))
            for a in content["assertions"]
        )
        outcome = Outcome(content["outcome"])
        warnings = tuple(content.get("warnings", ()))
        return cls(content["run"], content["type"], outcome, tuple(content["reasons"]), assertions, warnings)

    def log_lines(self) -> list[str]:
        """Returns the line that can be grepped and one line for each reason and each warning."""
        reasons = [f"swarmfile: reason: {reason}" for reason in self.reasons]
        warnings = [f"swarmfile: warning: {warning}" for warning in self.warnings]
        return [f"swarmfile: verdict {self.outcome} {self.run}", *reasons, *warnings]


def judge(
    run: str, test_type: str, doubts: Sequence[str], assertions: Sequence[Assertion], warnings: Sequence[str] = ()
) -> Verdict:
    """Returns INVALID before FAIL before PASS: a run that says nothing can neither pass nor fail."""
    broken = tuple(a.sentence for a in assertions if a.state is AssertionState.BROKEN and not a.warns)
    warned = tuple(a.sentence for a in assertions if a.state is AssertionState.BROKEN and a.warns)
    outcome = Outcome.INVALID if doubts else Outcome.FAIL if broken else Outcome.PASS
    return Verdict(run, test_type, outcome, tuple(doubts) or broken, tuple(assertions), (*warnings, *warned))
