import pytest

from swarmfile.cli.report.words import clock, milliseconds, moment, number, share


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0, "0"), (0.1234, "0.123"), (12.34, "12.3"), (99.96, "100"), (1234567.8, "1,234,568"), (5, "5")],
)
def test_a_number_has_the_digits_that_people_read(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (65.4, "1:05"), (59.6, "1:00"), (3661, "1:01:01")])
def test_a_time_since_the_start(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_units_follow_the_number_and_nothing_has_none() -> None:
    assert (milliseconds(12.34), milliseconds(None)) == ("12.3 ms", "-")
    assert (share(0.0123), share(None)) == ("1.23 %", "-")
    assert (moment(0.0), moment(None)) == ("1970-01-01 00:00:00 UTC", "-")
