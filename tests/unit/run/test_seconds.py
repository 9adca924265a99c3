import time

import pytest

from swarmfile.run.seconds import RunSeconds


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> RunSeconds:
    """A run that began at 1000.4."""
    monkeypatch.setattr(time, "time", lambda: 1000.4)
    monkeypatch.setattr(time, "monotonic", lambda: 50.0)
    return RunSeconds()


@pytest.mark.parametrize(
    ("at", "now_there", "second"),
    [(1000.9, 1000.4, 0), (1003, 1000.5, 3), (999, 1000.4, -1), (4603, 4600.5, 2), (4600, 4600.4, 0)],
    ids=["the first second", "clocks in step", "before the run", "an hour ahead", "an hour ahead, the first second"],
)
def test_a_moment_at_a_worker_is_a_second_of_the_run(
    seconds: RunSeconds, at: float, now_there: float, second: int
) -> None:
    assert seconds.second(at, now_there) == second


def test_a_jump_of_the_masters_clock_changes_nothing(seconds: RunSeconds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 99_999.0)
    monkeypatch.setattr(time, "monotonic", lambda: 53.0)
    assert seconds.elapsed_s == pytest.approx(3.4)
    assert seconds.second(1002.9, 1003.4) == 2


@pytest.mark.parametrize(
    ("now", "span_s", "true_s"),
    [(1010.4, 9.0, 9.0), (4610.4, 9.0, 10.0), (1010.4, 3609.0, 10.0), (1010.4, -3590.0, 10.0)],
    ids=["no jump", "the clock of now is wrong", "it was wrong, ahead", "it was wrong, behind"],
)
def test_a_span_is_that_of_the_run_where_a_clock_jumped(
    seconds: RunSeconds, monkeypatch: pytest.MonkeyPatch, now: float, span_s: float, true_s: float
) -> None:
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(time, "monotonic", lambda: 60.0)
    assert seconds.true_span_s(span_s) == pytest.approx(true_s)
