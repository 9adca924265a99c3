import pytest
from lib.validity import Reason
from lib.validity_generator import Busyness, own_limits, saturated
from lib.validity_probe import Second
from locust.stats import StatsError

IDLE = Second(1, 0.3, 1.0, 0.0)
BUSY = Second(2, 0.97, 120.0, 0.0)
THROTTLED = Second(3, 0.5, 1.0, 0.31)


def test_a_saturated_generator_is_told_with_its_evidence() -> None:
    doubts = list(saturated({"a": busyness(*[BUSY, IDLE] * 5), "b": busyness(*[IDLE] * 10)}, tolerance=0.05))
    assert [doubt.sentence for doubt in doubts] == [
        "the generator was saturated for 25% of the run (1 of 2 workers): CPU up to 97% of a core, "
        "event loop up to 120 ms late; add workers or CPU, or lower the load"
    ]


def test_throttling_is_told_by_its_share() -> None:
    assert (
        "throttled by its CPU limit for up to 31% of a second"
        in next(saturated({"a": busyness(*[THROTTLED] * 5)}, 0.05)).sentence
    )


@pytest.mark.parametrize(
    "seconds", [{}, {"a": []}, {"a": [IDLE] * 20}, {"a": [BUSY] * 4}, {"a": [BUSY] * 5 + [IDLE] * 95}]
)
def test_a_generator_within_the_tolerance_is_not_doubted(seconds: dict[str, list[Second]]) -> None:
    assert list(saturated({name: busyness(*own) for name, own in seconds.items()}, tolerance=0.05)) == []


def busyness(*seconds: Second) -> Busyness:
    counted = Busyness()
    for second in seconds:
        counted.count(second)
    return counted


@pytest.mark.parametrize(
    ("error", "part"),
    [
        ("OSError(24, 'Too many open files')", "limit of open files"),
        ("ConnectionError(NewConnectionError('[Errno 99] Cannot assign requested address'))", "out of local ports"),
        ('RuntimeError("can\'t start new thread")', "memory limit"),
    ],
)
def test_the_generators_own_limits_are_no_errors_of_the_target(error: str, part: str) -> None:
    doubts = list(own_limits([StatsError("GET", "/", error, occurrences=7), StatsError("GET", "/", "503", 3)]))
    assert [doubt.reason for doubt in doubts] == [Reason.GENERATOR_LIMITS]
    assert doubts[0].sentence.startswith("7 failures were the generator's own limit")
    assert part in doubts[0].sentence


@pytest.mark.parametrize("error", ["HTTPError('503')", "ConnectionRefusedError(111, 'refused')", "took 24, not 99"])
def test_the_targets_errors_are_no_limits(error: str) -> None:
    assert list(own_limits([StatsError("GET", "/", error, occurrences=7)])) == []
