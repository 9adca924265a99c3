"""A finished run's own arithmetic."""

from collections.abc import Callable

from swarmfile.run.finished import Phase, Run


def test_a_run_lasts_from_start_to_end(a_run: Callable[..., Run]) -> None:
    assert a_run().elapsed_s == 10
    assert a_run(ended_at=999.0).elapsed_s == 0


def test_a_phase_is_told_in_tenths_of_a_second() -> None:
    told = Phase("peak", 1, 3, 4.26, 60).as_dict()
    assert told == {"name": "peak", "index": 1, "count": 3, "elapsed_s": 4.3, "duration_s": 60}
