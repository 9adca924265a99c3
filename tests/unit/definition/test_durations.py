import pytest

from swarmfile.definition.durations import seconds


@pytest.mark.parametrize(
    ("text", "expected"), [(30, 30), ("30", 30), ("30s", 30), ("2m", 120), ("1h30m", 5400), ("1h1m1s", 3661)]
)
def test_a_duration_reads_as(text: object, expected: int) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "ever", "-5", "1d", "m2", True])
def test_what_is_none_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(ValueError, match="write for example 90, 2m or 1h30m"):
        seconds(text)
