"""What a run's end is called, and with which exit code a process reports it."""

from enum import StrEnum


class Outcome(StrEnum):
    """PASS: every assertion held under real load. FAIL: one broke. INVALID: the run says nothing."""

    PASS = "PASS"
    FAIL = "FAIL"
    INVALID = "INVALID"


EXIT_CODES = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.INVALID: 2}
BAD_INPUT_EXIT_CODE = 3
