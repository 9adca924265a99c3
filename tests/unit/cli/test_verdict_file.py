import pytest

from swarmfile.cli.verdict_file import checked_verdict

VERDICT = {
    "run": "smoke-1",
    "type": "smoke",
    "outcome": "FAIL",
    "exitCode": 1,
    "reasons": ["p95 is 2 s"],
    "warnings": [],
    "assertions": [{"assertion": "p95 < 1s", "value": 2000, "threshold": None, "state": "broken"}],
}


def test_a_verdict_is_read_as_it_was_written() -> None:
    assert checked_verdict(VERDICT) == VERDICT


def test_the_exit_code_is_what_the_outcome_says() -> None:
    assert checked_verdict(VERDICT | {"exitCode": 0})["exitCode"] == 1


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("run", "../a", "is no name of a run"),
        ("outcome", "GREAT", "not a valid Outcome"),
        ("reasons", [5], "reasons is no text"),
        ("assertions", [{}], "assertion is missing"),
        ("assertions", [{"assertion": "a", "state": "held", "value": "5"}], "value is no number: 5"),
    ],
)
def test_a_field_that_cannot_be_is_named(field: str, value: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        checked_verdict(VERDICT | {field: value})
