from collections.abc import Iterator

import pytest
from locust.stats import RequestStats, StatsEntry

from swarmfile.metrics.row import merged, row
from swarmfile.metrics.snapshot import OTHER, Row

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


def test_the_rest_is_added_up_and_has_no_percentiles() -> None:
    def rows() -> Iterator[Row]:
        yield Row("GET", "/a", 3, 1, 30, 300, 3, 5, 20, 9, 9, 9, 1.5, 0.5, [1, 3])
        yield Row("GET", "/b", 1, 0, 50, 100, 1, 50, 50, 50, 50, 50, 0.5, 0.0, [0, 1])

    other = merged(rows(), 2)
    assert other == Row("", OTHER, 4, 1, 80, 400, 4, 5, 50, None, None, None, 2.0, 0.5, [1, 4])
    assert merged([], 2) is None
