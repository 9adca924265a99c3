import pytest
from locust.stats import StatsError

from swarmfile.definition.validity import Reason
from swarmfile.judge.generator import own_limits, saturated
from swarmfile.run.generator import Busyness, Generator, Second

IDLE = Second(1, 0.3, 1.0, 0.0)
BUSY = Second(2, 0.97, 120.0, 0.0)
THROTTLED = Second(3, 0.5, 1.0, 0.31)


def test_a_saturated_generator_is_told_with_its_evidence() -> None:
    doubts = list(saturated(generator(a=[BUSY, IDLE] * 5, b=[IDLE] * 10)))
    assert [doubt.sentence for doubt in doubts] == [
        "the generator was saturated for 25% of the run (1 of 2 workers): CPU up to 97% of a core, "
        "event loop up to 120 ms late; add workers or CPU, or lower the load"
    ]


def test_throttling_is_told_by_its_share() -> None:
    assert (
        "throttled by its CPU limit for up to 31% of a second" in next(saturated(generator(a=[THROTTLED] * 5))).sentence
    )


def test_a_pause_is_told_by_its_length() -> None:
    doubt = next(saturated(generator(a=[Second(4, 0.1, 9040.0, 0.0)] * 9)))
    assert "(1 of 1 workers): stood still for up to 9 s; " in doubt.sentence


@pytest.mark.parametrize(
    "seconds", [{}, {"a": []}, {"a": [IDLE] * 20}, {"a": [BUSY] * 4}, {"a": [BUSY] * 5 + [IDLE] * 95}]
)
def test_a_generator_within_the_tolerance_is_not_doubted(seconds: dict[str, list[Second]]) -> None:
    assert list(saturated(generator(**seconds))) == []


def generator(**seconds: list[Second]) -> Generator:
    """Returns what is known of a run after these seconds of its workers."""
    known = Generator(tolerance=0.05, busy={worker: Busyness() for worker in seconds})
    for worker, own in seconds.items():
        for second in own:
            known.busy[worker].count(second)
    return known


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
