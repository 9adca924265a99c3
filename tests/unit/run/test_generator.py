"""What a run cost those who made its load."""

import pytest

from swarmfile.run.generator import Busyness, Generator, Second

IDLE = Second(1, 0.3, 1.0, 0.0)


BUSY = Second(2, 0.97, 120.0, 0.0)


def generator(**seconds: list[Second]) -> Generator:
    """Returns what is known of a run after these seconds of its workers."""
    known = Generator(tolerance=0.05, busy={worker: Busyness() for worker in seconds})
    for worker, own in seconds.items():
        for second in own:
            known.busy[worker].count(second)
    return known


def test_what_one_core_could_do_is_told_from_what_a_request_cost() -> None:
    known = generator(a=[IDLE] * 10, b=[IDLE] * 10)
    known.spent = {"a": (30_000, 4.0), "b": (10_000, 2.0)}
    assert known.as_dict() == {
        "cpu_us_per_request": 150.0,
        "requests_per_s_of_one_core": 6667,
        "saturated_share": 0.0,
        "was_limit": False,
        "sentence": "The generator spent 150 µs of CPU on a request: one core makes at least about 6,667 requests/s. "
        "The generator was saturated for 0% of the run, and was not the limit.",
    }


def test_nothing_is_told_of_a_core_that_was_idle() -> None:
    # As many requests as a smoke test makes, and the CPU that two workers need anyway.
    known = generator(a=[IDLE] * 20, b=[IDLE] * 20)
    known.spent = {"a": (136, 0.28), "b": (136, 0.27)}
    told = known.as_dict()
    assert told["sentence"] == "The generator was saturated for 0% of the run, and was not the limit."
    assert told["cpu_us_per_request"] == pytest.approx(2022, abs=1)


def test_a_generator_that_was_the_limit_says_so() -> None:
    known = generator(a=[BUSY] * 10)
    known.spent = {"a": (1000, 9.0)}
    assert known.was_limit
    assert str(known.as_dict()["sentence"]).endswith("saturated for 100% of the run, and was the limit.")


def test_without_requests_nothing_is_told_of_a_core() -> None:
    told = generator(a=[IDLE]).as_dict()
    assert (told["cpu_us_per_request"], told["requests_per_s_of_one_core"], told["sentence"]) == (None, None, None)


@pytest.mark.parametrize(
    ("second", "is_saturated"),
    [
        (Second(1, 0.5, 2, 0), False),
        (Second(1, 0.95, 2, 0), True),
        (Second(1, 0.5, 80, 0), True),
        (Second(1, 0.5, 2, 0.2), True),
    ],
)
def test_a_second_is_saturated_by_any_of_the_three(second: Second, is_saturated: bool) -> None:
    assert second.is_saturated is is_saturated
