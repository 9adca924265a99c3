"""The dashboard that holds runs against each other."""

from collections.abc import Iterator

from tools.dashboard_panels import AT, OF, Panel, failures, quantile, quantile_of_range, requests, series, table


def panels() -> Iterator[Panel]:
    """Yields the panels from the top to the bottom."""
    yield table("Runs", "Each run over the chosen time.", whole_runs())
    verdict = f"max by (run, outcome) (last_over_time(swarmfile_verdict{{{OF}}}[$__range]) == 1)"
    yield table("Verdicts", "How each run was judged.", {"Verdict": verdict})
    yield series("Users", "Users of each run.", {"{{run}}": f"max by (run) (swarmfile_users{{{OF}}})"})
    yield series("Requests per second", "Of each run.", {"{{run}}": requests("run")}, "reqps")
    yield series("p95", "Of each run.", {"{{run}}": quantile(0.95, "run")}, "s")
    yield series("Failures per second", "Of each run.", {"{{run}}": failures("run")}, "reqps")
    by_endpoint = {"{{run}} {{method}} {{name}}": quantile(0.95, "run, method, name")}
    yield series("p95 by endpoint", "Of each run.", by_endpoint, "s", width=24)


def whole_runs() -> dict[str, str]:
    """Returns a run's numbers over the chosen time, by column."""
    return {
        "Most users": f"max by (run) (max_over_time(swarmfile_users{{{OF}}}[$__range]))",
        "Requests": f"sum by (run) (increase(swarmfile_requests_total{{{AT}}}[$__range]))",
        "Failures": f"sum by (run) (increase(swarmfile_failures_total{{{AT}}}[$__range]))",
        "Seconds": f"max by (run) (max_over_time(swarmfile_run_elapsed_seconds{{{OF}}}[$__range]))",
        "p50 (s)": quantile_of_range(0.5, "run"),
        "p95 (s)": quantile_of_range(0.95, "run"),
        "p99 (s)": quantile_of_range(0.99, "run"),
    }
