"""Quantiles and buckets of counted values agree with Locust's and with plain counting."""

from hypothesis import given
from hypothesis import strategies as st
from locust.stats import calculate_response_time_percentile

from swarmfile.stats.ranked import cumulative, quantiles, ranked


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
