import random
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust.stats import calculate_response_time_percentile

from swarmfile.stats.distribution import Figures, bucket, percentile

DISTRIBUTIONS = {
    "uniform": lambda: random.uniform(0.5, 2000),
    "bimodal": lambda: random.gauss(12, 1) if random.random() < 0.8 else random.gauss(900, 40),
    "heavy-tailed": lambda: 3 * random.paretovariate(1.2),
}


@given(st.floats(min_value=0.01, max_value=4 * 3600 * 1000))
def test_a_bucket_is_at_most_half_a_percent_off(value: float) -> None:
    assert abs(bucket(value) - value) <= 0.005001 * value


@pytest.mark.parametrize(
    ("value", "counted_as"),
    [
        (0.0123, 0.0123),
        (1.234, 1.23),
        (57.3, 57.5),
        (147.4, 147),
        (3432, 3440),
        (58_760, 59_000),
        (0, 0),
        (-3.333, -3.34),
    ],
)
def test_a_bucket_is_a_number_that_people_read(value: float, counted_as: float) -> None:
    assert bucket(value) == counted_as


@given(st.floats(min_value=0, max_value=1e7))
def test_a_bucket_stays_in_its_bucket(value: float) -> None:
    assert bucket(bucket(value)) == pytest.approx(bucket(value), rel=0.0051)


@given(st.lists(st.floats(min_value=0.01, max_value=1e6), min_size=1), st.sampled_from([50, 90, 95, 99, 99.9, 100]))
def test_a_percentile_is_the_one_that_locust_reports(values: list[float], percent: float) -> None:
    figures = counted(values)
    times: Any = figures.times  # annotated as whole numbers in Locust
    assert figures.percentile(percent) == calculate_response_time_percentile(times, figures.requests, percent / 100)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("percent", [50, 75, 90, 95, 99, 99.9])
def test_percentiles_are_within_one_percent_of_the_exact_ones(name: str, percent: float) -> None:
    random.seed(6)
    values = sorted(DISTRIBUTIONS[name]() for _ in range(20_000))
    exact = values[int(len(values) * percent / 100)]
    assert counted(values).percentile(percent) == pytest.approx(exact, rel=0.01)


def test_merging_four_workers_is_counting_all_at_one() -> None:
    random.seed(7)
    values = [DISTRIBUTIONS["heavy-tailed"]() for _ in range(4000)]
    merged = Figures()
    for worker in range(4):
        merged.add(counted(values[worker::4]))
    assert merged.times == counted(values).times
    assert merged.requests == 4000


@given(st.lists(st.floats(min_value=0, max_value=1e6)), st.lists(st.floats(min_value=0, max_value=1e6)))
def test_what_was_added_can_be_removed(first: list[float], second: list[float]) -> None:
    figures = counted(first)
    figures.add(counted(second))
    since = figures.without(counted(first))
    figures.remove(counted(second))
    assert figures.times == counted(first).times
    assert since.times == counted(second).times
    assert since.requests == len(second)


def test_figures_survive_locusts_wire() -> None:
    figures = Figures(3, 1, 270.5, 900, {1.23: 1, 147: 1, 3440: 1}, {"HTTPError('503')": 1})
    travelled = msgpack.loads(msgpack.dumps(figures.wire()), strict_map_key=False)
    assert Figures.of_wire(travelled) == figures


def test_nothing_counted_has_no_percentile_and_no_average() -> None:
    assert percentile({}, 95) is None
    assert (Figures().average, Figures().minimum, Figures().maximum) == (None, None, None)


def counted(values: list[float]) -> Figures:
    figures = Figures()
    for value in values:
        key = bucket(value)
        figures.requests += 1
        figures.total_ms += value
        figures.times[key] = figures.times.get(key, 0) + 1
    return figures
