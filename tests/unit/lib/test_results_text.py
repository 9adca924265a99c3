"""The verdict for people and for CI servers."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from lib.results_text import ENDPOINTS_SHOWN, NOTHING_MEASURED, junit, summary
from lib.run import Cause, Run, Tally
from lib.validity_generator import Generator
from lib.verdict import Assertion, Outcome, State, Verdict
from locust.stats import RequestStats

BROKEN = Assertion("p95", 950, 100, State.BROKEN, 'p95 was 950 ms, above "100" & more')
FAILED = Verdict("smoke-1", "smoke", Outcome.FAIL, (BROKEN.sentence,), (BROKEN,))


def test_the_summary_begins_with_verdict_and_reasons(a_run: Callable[..., Run]) -> None:
    lines = summary(a_run(), FAILED).splitlines()
    assert lines[0] == "# FAIL: smoke-1"
    assert lines[2] == f"- {BROKEN.sentence}"
    assert lines[-1].startswith("| all | 100 | 0 | 495.0 |")


@pytest.mark.parametrize("cause", [Cause.NEVER_BEGAN, Cause.RESTARTED])
@pytest.mark.parametrize("known", ["", "203 requests and 2 failures are known; what came later is not."])
def test_the_summary_of_a_run_that_nobody_measured_claims_no_numbers(
    a_run: Callable[..., Run], cause: Cause, known: str
) -> None:
    text = summary(a_run(cause=cause, known=known, planned_users=0, stats=RequestStats()), FAILED)
    assert "delivered" not in text
    assert "| all |" not in text
    assert text.splitlines()[-1] == (known or NOTHING_MEASURED)


def test_the_summary_says_what_the_generator_could_do(a_run: Callable[..., Run]) -> None:
    run = a_run(generator=Generator(spent={"a": (1000, 0.1)}))
    assert "\nThe generator spent 100 µs of CPU on a request: " in summary(run, FAILED)
    assert "The generator" not in summary(a_run(), FAILED)


def test_a_job_summary_is_not_flooded_and_says_so(a_run: Callable[..., Run]) -> None:
    stats = RequestStats()
    for index in range(ENDPOINTS_SHOWN + 7):
        stats.log_request("GET", f"/{index:03} | pipe", 5, 1)
    text = summary(a_run(stats=stats), FAILED)
    assert "7 more in metrics.json" in text
    assert "/000 \\| pipe" in text


def test_the_summary_tells_what_came_of_arrivals(a_run: Callable[..., Run]) -> None:
    text = summary(a_run(arrivals=Tally(900, 880, 20, 0, 0.0)), FAILED)
    assert "900 arrivals planned, 880 begun, 20 dropped" in text
    assert "arrivals" not in summary(a_run(), FAILED)


def test_the_summary_tells_corrected_percentiles_beside_the_plain_ones(a_run: Callable[..., Run]) -> None:
    corrected = {"interval_ms": 100.0, "percentiles_ms": {"p50": 5.0, "p95": 510.0, "p99": 905.0}}
    text = summary(a_run(corrected=corrected), FAILED)
    assert "left out: p50 5 ms, p95 510 ms, p99 905 ms." in text


def test_junit_survives_whatever_a_sentence_holds(a_run: Callable[..., Run]) -> None:
    suite = ET.fromstring(junit(a_run(), FAILED).split("\n", 1)[1])
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    (failure,) = suite.iter("failure")
    assert failure.get("message") == BROKEN.sentence


def test_an_invalid_run_is_an_error_not_a_failure(a_run: Callable[..., Run]) -> None:
    invalid = Verdict("smoke-1", "smoke", Outcome.INVALID, ("no requests were made",))
    suite = ET.fromstring(junit(a_run(), invalid).split("\n", 1)[1])
    assert (suite.get("failures"), suite.get("errors")) == ("0", "1")
    (error,) = suite.iter("error")
    assert error.get("message") == "no requests were made"
