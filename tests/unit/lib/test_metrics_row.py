from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib.metrics_row import cumulative, merged, quantiles, ranked, row
from lib.metrics_snapshot import OTHER, Row
from locust.stats import RequestStats, StatsEntry, calculate_response_time_percentile

BOUNDS_MS = (10, 100)


@pytest.fixture
def entry() -> StatsEntry:
    stats = RequestStats()
    for time_ms in (5, 10, 50, 200):
        stats.log_request("GET", "/a", time_ms, 100)
    stats.log_error("GET", "/a", "down")
    return stats.entries["/a", "GET"]


def test_a_row_holds_what_locust_counted(entry: StatsEntry) -> None:
    made = row(entry, BOUNDS_MS, live=False)
    assert (made.method, made.name, made.requests, made.failures) == ("GET", "/a", 4, 1)
    assert (made.total_ms, made.content_bytes, made.timed, made.minimum_ms, made.maximum_ms) == (265, 400, 4, 5, 200)
    assert (made.average_ms, made.average_bytes) == (entry.avg_response_time, entry.avg_content_length)
    assert made.buckets == [2, 3]


def test_no_rate_is_told_after_the_run(entry: StatsEntry) -> None:
    entry.num_reqs_per_sec = {int(entry.last_request_timestamp or 0) - 5: 100}
    entry.stats.total.start_time = entry.start_time = 0
    assert row(entry, BOUNDS_MS, live=True).rps > 0
    assert row(entry, BOUNDS_MS, live=False).rps == 0


def test_an_unchanged_distribution_is_not_counted_again(entry: StatsEntry) -> None:
    first = row(entry, BOUNDS_MS, live=False)
    assert row(entry, BOUNDS_MS, live=False, earlier=first).buckets is first.buckets
    entry.log(3000, 0)
    assert row(entry, (10, 100, 5000), live=False, earlier=first).buckets == [2, 3, 5]


@given(st.dictionaries(st.integers(0, 10_000), st.integers(1, 50), min_size=1), st.sampled_from([0.5, 0.95, 0.99]))
def test_quantiles_are_locusts_own(counts: dict[int, int], share: float) -> None:
    expected = calculate_response_time_percentile(counts, sum(counts.values()), share)
    assert quantiles(ranked({float(time): count for time, count in counts.items()}), [share]) == [expected]


@given(st.dictionaries(st.floats(0, 1e6), st.integers(1, 50)))
def test_buckets_rise_and_hold_their_bounds(counts: dict[float, int]) -> None:
    bounds = (1.0, 10.0, 1000.0)
    assert cumulative(ranked(counts), bounds) == [
        sum(n for value, n in counts.items() if value <= bound) for bound in bounds
    ]


def test_nothing_counted_has_no_quantiles() -> None:
    assert quantiles(ranked({}), (0.5, 0.95)) == [None, None]


def test_the_rest_is_added_up_and_has_no_percentiles() -> None:
    def rows() -> Iterator[Row]:
        yield Row("GET", "/a", 3, 1, 30, 300, 3, 5, 20, 9, 9, 9, 1.5, 0.5, [1, 3])
        yield Row("GET", "/b", 1, 0, 50, 100, 1, 50, 50, 50, 50, 50, 0.5, 0.0, [0, 1])

    other = merged(rows(), 2)
    assert other == Row("", OTHER, 4, 1, 80, 400, 4, 5, 50, None, None, None, 2.0, 0.5, [1, 4])
    assert merged([], 2) is None
