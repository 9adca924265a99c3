from collections.abc import Mapping

import pytest

from swarmfile.run.values import BOUNDS, MAX_NAMES, RunValues
from swarmfile.stats import values
from swarmfile.stats.distribution import Figures


def figures(*recorded: float) -> Figures:
    values.take()
    for value in recorded:
        values.record("x", value)
    (taken,) = values.take().values()
    return taken


def count(run: RunValues, taken: Mapping[str, Figures]) -> None:
    for scope, each in taken.items():
        run.count(scope, each)


@pytest.mark.parametrize("name", ["queue depth", 'a "quoted" name', "back\\slash", 'both \\" of them'])
def test_values_of_several_reports_are_added_up_under_their_name(name: str) -> None:
    run = RunValues()
    values.record(name, 3)
    count(run, values.take())
    values.record(name, 4)
    count(run, values.take())
    (value,) = run.recorded()
    assert (value.name, value.count, value.total, value.minimum, value.maximum) == (name, 2, 7, 3, 4)
    assert dict(zip(value.bounds, value.buckets, strict=True)) == {b: 2 if b >= 5 else 0 for b in BOUNDS}


def test_figures_of_requests_are_passed_over() -> None:
    run = RunValues()
    count(run, {"all": figures(1), "GET /a": figures(2)})
    assert run.recorded() == []


def test_metrics_json_gets_them_in_their_own_unit() -> None:
    run = RunValues()
    run.count('value "x"', figures(1, 2, 3))
    assert run.summary() == [
        {
            "name": "x",
            "count": 3,
            "sum": 6,
            "minimum": 1,
            "maximum": 3,
            "percentiles": {"p50": 2, "p95": 3, "p99": 3},
        }
    ]


def test_names_beyond_the_cap_are_counted_as_dropped() -> None:
    run = RunValues()
    count(run, {f'value "{number}"': figures(1) for number in range(MAX_NAMES + 3)})
    assert (len(run.recorded()), run.dropped) == (MAX_NAMES, 3)
