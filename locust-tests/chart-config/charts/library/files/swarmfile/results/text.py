"""The verdict for people and for CI servers: summary.md and junit.xml.

A target's answers, a script's names and its errors stand in both: they are text there, never Markdown, HTML or XML.
"""

import re
from xml.sax.saxutils import escape, quoteattr

from locust.stats import StatsEntry, sort_stats

from swarmfile.run.finished import Cause, Run
from swarmfile.untrusted.text import plain, plain_lines
from swarmfile.verdict import Assertion, AssertionState, Outcome, Verdict

# What GitHub and GitLab take for a tag, an entity, a link or an image, code, emphasis, or their end.
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)|[\[\]*`]|\\(?=[!-/:-@\[-`{-~])|^[#>+=-]")
_BEYOND_ADDRESS = re.compile(r"[()<>\s\"]")
# Above this many endpoints a job summary of a CI server is cut; metrics.json and the CSV have them all.
ENDPOINTS_SHOWN = 50
NOTHING_MEASURED = "What was measured is not known, apart from state.json and locust_stats_history.csv where they are."


def summary(run: Run, verdict: Verdict, dashboard: str | None = None) -> str:
    """Returns summary.md: verdict and reasons first, then the numbers; with the address of a dashboard, where known."""
    lines = [f"# {verdict.outcome}: {markdown(run.id)}", "", *_reasons(verdict), *_warnings(verdict)]
    seen = [f"[Dashboard]({_address(dashboard)})", ""] if dashboard else []
    if run.cause in (Cause.NEVER_BEGAN, Cause.RESTARTED):
        return "\n".join([*lines, *_assertions(verdict), *seen, run.known or NOTHING_MEASURED]) + "\n"
    return "\n".join([*lines, *_assertions(verdict), *_load(run), *seen, *_endpoints(run)]) + "\n"


def junit(run: Run, verdict: Verdict) -> str:
    """Returns junit.xml: one case for the run's validity and one for each assertion."""
    invalid = verdict.outcome is Outcome.INVALID
    cases = [_case(run, "valid", "; ".join(verdict.reasons) if invalid else "", "error")]
    cases += [_assertion_case(run, assertion) for assertion in verdict.assertions]
    broken = sum(assertion.state is AssertionState.BROKEN and not assertion.warns for assertion in verdict.assertions)
    unknown = sum(assertion.state is AssertionState.UNKNOWN for assertion in verdict.assertions)
    counts = f'tests="{len(cases)}" failures="{broken}" errors="{int(invalid)}" skipped="{unknown}"'
    suite = f'<testsuite name={_attribute(run.id)} {counts} time="{run.elapsed_s:.3f}">'
    warned = "\n".join(f"warning: {escape(plain_lines(warning))}" for warning in verdict.warnings)
    said = [f"  <system-out>{warned}</system-out>"] if warned else []
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', suite, *cases, *said, "</testsuite>"]) + "\n"


def _reasons(verdict: Verdict) -> list[str]:
    return [*(f"- {markdown(reason)}" for reason in verdict.reasons), ""] if verdict.reasons else []


def _warnings(verdict: Verdict) -> list[str]:
    return [*(f"- warning: {markdown(warning)}" for warning in verdict.warnings), ""] if verdict.warnings else []


def _assertions(verdict: Verdict) -> list[str]:
    if not verdict.assertions:
        return []
    rows = [
        f"| {_cell(a.assertion)} | {_number(a.value)} | {_number(a.threshold)} | {a.state} |"
        for a in verdict.assertions
    ]
    return ["| assertion | value | threshold | state |", "|---|---:|---:|---|", *rows, ""]


def _load(run: Run) -> list[str]:
    planned = "no planned end" if run.planned_s is None else f"of {run.planned_s:.0f} s"
    delivered = f"{run.delivery.share:.1%} of the planned user-seconds"
    users = f"{run.elapsed_s:.0f} s {planned}, {run.planned_users} users planned, {delivered} delivered."
    return [
        users,
        *_arrivals(run),
        *_corrected(run),
        *filter(None, [markdown(run.generator.as_dict()["sentence"] or "")]),
        "",
    ]


def _arrivals(run: Run) -> list[str]:
    tally = run.arrivals
    if tally is None:
        return []
    return [
        f"{tally.planned} arrivals planned, {tally.begun} begun, {tally.dropped} dropped; response times from them on."
    ]


def _corrected(run: Run) -> list[str]:
    if run.corrected is None:
        return []
    figures = ", ".join(f"{name} {value:g} ms" for name, value in run.corrected["percentiles_ms"].items())
    return [f"Corrected for what users paced by {run.corrected['interval_ms']:g} ms left out: {figures}."]


def _endpoints(run: Run) -> list[str]:
    head = ["| request | requests | failures | average ms | p50 ms | p95 ms | p99 ms | requests/s |"]
    entries = sort_stats(run.stats.entries)
    rows = [_row(f"{e.method or ''} {e.name}".strip(), e) for e in entries[:ENDPOINTS_SHOWN]]
    more = (
        [f"| … {len(entries) - ENDPOINTS_SHOWN} more in metrics.json ||||||||"]
        if len(entries) > ENDPOINTS_SHOWN
        else []
    )
    return [*head, "|---|---:|---:|---:|---:|---:|---:|---:|", *rows, *more, _row("all", run.stats.total)]


def _row(name: str, stats: StatsEntry) -> str:
    percentiles = " | ".join(f"{stats.get_response_time_percentile(share):g}" for share in (0.5, 0.95, 0.99))
    counts = f"{stats.num_requests} | {stats.num_failures} | {stats.avg_response_time:.1f}"
    return f"| {_cell(name)} | {counts} | {percentiles} | {stats.total_rps:.2f} |"


def _assertion_case(run: Run, assertion: Assertion) -> str:
    if assertion.state is AssertionState.UNKNOWN:
        return (
            f"  <testcase classname={_attribute(run.type)} name={_attribute(assertion.assertion)}><skipped/></testcase>"
        )
    is_broken = assertion.state is AssertionState.BROKEN and not assertion.warns
    return _case(run, assertion.assertion, assertion.sentence if is_broken else "", "failure")


def _case(run: Run, name: str, problem: str, kind: str) -> str:
    inner = f"<{kind} message={_attribute(problem)}>{escape(plain_lines(problem))}</{kind}>" if problem else ""
    return f"  <testcase classname={_attribute(run.type)} name={_attribute(name)}>{inner}</testcase>"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _cell(text: str) -> str:
    return markdown(text).replace("|", "\\|")


def markdown(text: str) -> str:
    """Returns a text on one line that Markdown shows as it is."""
    return _MARKUP.sub(lambda found: {"<": "&lt;", "&": "&amp;"}.get(found[0], f"\\{found[0]}"), plain(text))


def _address(url: str) -> str:
    return _BEYOND_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", url)


def _attribute(text: str) -> str:
    return quoteattr(plain_lines(text))
