"""The two thresholds over all requests: p95 and error rate."""

from collections.abc import Iterator

from lib.context import Context
from lib.run import Run
from lib.verdict import Assertion, State


def install(context: Context) -> None:
    """Asserts at the end of each run what the settings assert."""
    thresholds = context.settings.assertions
    p95_ms, error_rate = thresholds.p95_threshold_ms, thresholds.error_rate_threshold

    def assertions(run: Run) -> Iterator[Assertion]:
        if p95_ms is not None:
            yield p95(run, p95_ms)
        if error_rate is not None:
            yield failed_share(run, error_rate)

    context.hooks.assertions.append(assertions)


def p95(run: Run, threshold_ms: float) -> Assertion:
    """Asserts that 95% of all responses took at most that long; the value is Locust's own percentile."""
    if not run.stats.total.response_times:
        return Assertion("p95", None, threshold_ms, State.UNKNOWN)
    value_ms = run.stats.total.get_response_time_percentile(0.95)
    sentence = f"p95 was {value_ms:g} ms, above the threshold of {threshold_ms:g} ms"
    return Assertion("p95", value_ms, threshold_ms, _state(value_ms, threshold_ms), sentence)


def failed_share(run: Run, threshold: float) -> Assertion:
    """Asserts that at most this share of all requests failed."""
    if not run.stats.total.num_requests:
        return Assertion("error rate", None, threshold, State.UNKNOWN)
    value = run.stats.total.fail_ratio
    failed = f"{run.stats.total.num_failures} of {run.stats.total.num_requests} requests"
    sentence = f"error rate was {value:.2%} ({failed}), above the threshold of {threshold:.2%}"
    return Assertion("error rate", value, threshold, _state(value, threshold), sentence)


def _state(value: float, threshold: float) -> State:
    return State.HELD if value <= threshold else State.BROKEN
