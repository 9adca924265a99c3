"""Reads what verdict.json says, whoever wrote it: the file, the record's head, or the master's route."""

from typing import Any

from swarmfile.sidecar.record import name_of
from swarmfile.untrusted.json_fields import Fields
from swarmfile.verdict import EXIT_CODES, AssertionState, Outcome

Verdict = dict[str, Any]
"""The content of verdict.json."""


def checked_verdict(content: object) -> Verdict:
    """Returns the verdict with its texts on one line; its exit code is what its outcome says. Raises ValueError."""
    said = Fields.of(content, "the verdict")
    outcome = Outcome(said.text("outcome"))
    return {
        "run": name_of(said),
        "type": said.text("type", ""),
        "outcome": outcome.value,
        "exitCode": EXIT_CODES[outcome],
        "reasons": list(said.texts("reasons")),
        "warnings": list(said.texts("warnings")),
        "assertions": [_assertion(Fields.of(each, "an assertion")) for each in said.each("assertions")],
    }


def _assertion(said: Fields) -> dict[str, Any]:
    return {
        "assertion": said.text("assertion"),
        "value": said.number_or_none("value"),
        "threshold": said.number_or_none("threshold"),
        "state": AssertionState(said.text("state")).value,
    }
