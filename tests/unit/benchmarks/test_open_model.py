"""The truth about a stall, and wrk2's method as the benchmark has it."""

import pytest

from benchmarks.open_model import by_schedule, is_whole, medians, percentiles, truth
from demo.process import running_target


def test_the_truth_about_a_stall_is_what_a_schedule_gives() -> None:
    rate, seconds, stall_s, begin_s = 500, 10, 1.0, 4.0
    dues = [number / rate for number in range(rate * seconds)]
    felt = [max(0.0, begin_s + stall_s - due) if due >= begin_s else 0.0 for due in dues]
    assert truth(rate, seconds, stall_s) == pytest.approx(percentiles(felt), abs=3)
    assert truth(rate, seconds, stall_s)["p95"] == pytest.approx(500)


def test_by_schedule_every_request_is_sent_and_timed_from_when_it_was_due() -> None:
    with running_target() as target:
        target.fault("stall", 0.3)
        times = by_schedule(target.url, rate=100, seconds=0.5, connections=3)
        assert target.counts()["total"] == len(times) == 50
    # The first waited for the stall, and those without a connection with it.
    assert max(times) > 0.1


def test_an_answer_that_comes_in_pieces_counts_when_its_last_byte_is_there() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    assert [is_whole(answer[:end]) for end in (10, len(answer) - 2, len(answer) - 1, len(answer))] == [
        False,
        False,
        False,
        True,
    ]


def test_an_answer_without_a_length_is_refused() -> None:
    with pytest.raises(ValueError, match="Content-Length"):
        is_whole(b"HTTP/1.1 200 OK\r\n\r\n")


def test_the_median_of_each_percentile_counts() -> None:
    rows = [{"p50": value, "p95": 2 * value, "p99": 9.0} for value in (3.0, 1.0, 2.0)]
    assert medians(rows) == {"p50": 2.0, "p95": 4.0, "p99": 9.0}
