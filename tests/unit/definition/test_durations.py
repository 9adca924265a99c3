from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust.util.timespan import parse_timespan

from swarmfile.definition.durations import seconds, text


@pytest.mark.parametrize(
    ("given", "expected"), [(30, 30), ("30", 30), ("30s", 30), ("2m", 120), ("1h30m", 5400), ("1h1m1s", 3661)]
)
def test_a_duration_reads_as(given: object, expected: int) -> None:
    assert seconds(given) == expected


@pytest.mark.parametrize("given", ["", "ever", "-5", "1d", "m2", "1h30", "2m5", "1m1h", "h", True])
def test_what_is_none_is_refused_with_an_example(given: object) -> None:
    with pytest.raises(ValueError, match="write for example 90, 2m or 1h30m"):
        seconds(given)


@given(st.text("0159hms", max_size=8))
def test_locust_reads_it_alike_or_refuses_it_too(written: str) -> None:
    ours = theirs = None
    with suppress(ValueError):
        ours = seconds(written)
    with suppress(ValueError):
        theirs = parse_timespan(written)
    assert ours == theirs


@pytest.mark.parametrize("written", ["0s", "30s", "2m", "1m30s", "1h", "1h30m", "1h1m1s"])
def test_seconds_are_written_as_they_are_read(written: str) -> None:
    assert text(seconds(written)) == written
