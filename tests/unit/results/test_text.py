"""The verdict for people and for CI servers."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust.stats import RequestStats

from swarmfile.results.text import ENDPOINTS_SHOWN, NOTHING_MEASURED, junit, markdown, summary
from swarmfile.run.finished import Cause, Run, Tally
from swarmfile.run.generator import Busyness, Generator
from swarmfile.verdict import Assertion, AssertionState, Outcome, Verdict

BROKEN = Assertion("p95", 950, 100, AssertionState.BROKEN, 'p95 was 950 ms, above "100" & more')
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
    run = a_run(generator=Generator(busy={"a": Busyness(seconds=1)}, spent={"a": (1000, 0.1)}))
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


HOSTILE = "<script>alert(1)</script> ![x](http://evil.test/p.png) `a` **b** &lt; \\[c\x1b[2J\n# d | e"


def test_what_a_run_recorded_is_no_markup_in_the_summary(a_run: Callable[..., Run]) -> None:
    stats = RequestStats()
    stats.log_request("GET", HOSTILE, 5, 1)
    broken = Assertion(HOSTILE, 1, 2, AssertionState.BROKEN, HOSTILE)
    verdict = Verdict("smoke-1", "smoke", Outcome.FAIL, (HOSTILE,), (broken,), (HOSTILE,))
    text = summary(a_run(stats=stats), verdict, "http://grafana.test/d?a=(b) <c>")
    shown = (
        r"&lt;script>alert(1)&lt;/script> !\[x\](http://evil.test/p.png) \`a\` \*\*b\*\* &amp;lt; \\\[c\x1b\[2J\n# d"
    )
    assert [line for line in text.splitlines() if shown in line] == [
        f"- {shown} | e",
        f"- warning: {shown} | e",
        f"| {shown} \\| e | 1 | 2 | broken |",
        next(line for line in text.splitlines() if line.startswith(f"| GET {shown} \\| e | 1 | 0 | ")),
    ]
    assert "[Dashboard](http://grafana.test/d?a=%28b%29%20%3Cc%3E)" in text
    assert "<script" not in text


@pytest.mark.parametrize("text", ["p95 < 100ms", "p95 of GET /a_b was 1.2 s, above 1 s", "a & b", "error rate > 1%"])
def test_ordinary_sentences_stay_as_they_are(text: str) -> None:
    assert markdown(text) == text


@given(st.text(st.characters(), min_size=1))
def test_junit_is_xml_whatever_was_recorded(text: str) -> None:
    run = Run("smoke-1", "smoke", Path("smoke-1"), 0, 1, None, Cause.COMPLETED)
    broken = Assertion(text, 1, 2, AssertionState.BROKEN, text)
    suite = ET.fromstring(junit(run, Verdict("smoke-1", "smoke", Outcome.FAIL, (text,), (broken,))))
    assert len(list(suite.iter("failure"))) == 1


def test_warnings_stand_beside_the_verdict(a_run: Callable[..., Run]) -> None:
    warned = Verdict("smoke-1", "smoke", Outcome.PASS, warnings=("a < b", "a worker was lost"))
    assert summary(a_run(), warned).splitlines()[2:4] == ["- warning: a < b", "- warning: a worker was lost"]
    suite = ET.fromstring(junit(a_run(), warned).split("\n", 1)[1])
    assert suite.findtext("system-out") == "warning: a < b\nwarning: a worker was lost"
