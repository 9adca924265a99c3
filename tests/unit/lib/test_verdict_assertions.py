"""The two thresholds over all requests, against Locust's own statistics."""

from collections.abc import Callable

import pytest
from lib.context import Context
from lib.run import Run
from lib.settings import parse
from lib.verdict import Assertion, State
from lib.verdict_assertions import failed_share, install, p95
from locust.stats import RequestStats

ARun = Callable[..., Run]


@pytest.mark.parametrize(("threshold_ms", "state"), [(949, State.BROKEN), (950, State.HELD)])
def test_p95_is_locusts_own_and_may_touch_its_threshold(a_run: ARun, threshold_ms: float, state: State) -> None:
    asserted = p95(a_run(), threshold_ms)
    assert asserted.value == a_run().stats.total.get_response_time_percentile(0.95) == 950
    assert asserted.state is state


def test_the_error_rate_counts_failures_among_all_requests(a_run: ARun) -> None:
    run = a_run()
    run.stats.log_error("GET", "/", "refused")
    run.stats.log_error("GET", "/", "refused")
    asserted = failed_share(run, 0.01)
    assert (asserted.value, asserted.state) == (0.02, State.BROKEN)
    assert asserted.sentence == "error rate was 2.00% (2 of 100 requests), above the threshold of 1.00%"


def test_without_requests_nothing_is_known(a_run: ARun) -> None:
    silent = a_run(stats=RequestStats())
    assert [p95(silent, 5).state, failed_share(silent, 5).state] == [State.UNKNOWN] * 2


@pytest.mark.parametrize(
    ("assertions", "names"),
    [
        ({}, ["p95", "error rate"]),
        ({"p95ThresholdMs": None}, ["error rate"]),
        ({"p95ThresholdMs": None, "errorRateThreshold": None}, []),
    ],
)
def test_null_asserts_nothing(a_run: ARun, assertions: dict[str, None], names: list[str]) -> None:
    context = Context(settings=parse({"assertions": assertions}))
    install(context)
    asserted: list[Assertion] = [a for hook in context.hooks.assertions for a in hook(a_run())]
    assert [a.assertion for a in asserted] == names
