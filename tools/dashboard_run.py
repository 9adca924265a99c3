"""The dashboard of one run, row by row: what it is, what it does, how long answers take, who makes the load."""

from collections.abc import Iterator

from tools.dashboard_panels import (
    AT,
    OF,
    RATE,
    Panel,
    error_rate,
    failures,
    heatmap,
    quantile,
    requests,
    series,
    stat,
    table,
    timeline,
)


def panels() -> Iterator[Panel]:
    """Yields the panels from the top to the bottom."""
    yield from now()
    yield from load()
    yield from response_times()
    yield from endpoints()
    yield from judgement()
    yield from workers()
    yield from saturation()


def now() -> Iterator[Panel]:
    """Yields the numbers of the moment."""
    yield stat("State", "Where the run stands.", f"max by (state) (swarmfile_run_state{{{OF}}} == 1)", "{{state}}")
    outcome = f"max by (outcome) (swarmfile_verdict{{{OF}}} == 1)"
    yield stat("Verdict", "The outcome, once it is known.", outcome, "{{outcome}}")
    yield stat("Users", "Users that run now.", f"sum(swarmfile_users{{{OF}}})")
    yield stat("Requests per second", "All endpoints.", requests(), unit="reqps")
    yield stat("Error rate", "Share of failed requests.", error_rate(), unit="percentunit")
    yield stat("p95", "95% of the responses took at most that long.", quantile(0.95), unit="s")


def load() -> Iterator[Panel]:
    """Yields users, phase and what came of them."""
    users = {"present": f"sum(swarmfile_users{{{OF}}})", "planned": f"sum(swarmfile_users_planned{{{OF}}})"}
    yield series("Users", "Users that run, beside those that should.", users)
    rates = {"requests": requests(), "failures": failures()}
    yield series("Requests and failures", "Per second.", rates, "reqps")
    phase = f"max by (phase) (swarmfile_phase_index{{{OF}}})"
    yield timeline("Phase", "The stage of the load, by its number.", phase, "{{phase}}")
    by_cause = {"{{method}} {{name}}: {{cause}}": failures("method, name, cause")}
    yield series("Failures by cause", "Per second.", by_cause, "reqps")


def response_times() -> Iterator[Panel]:
    """Yields percentiles and the whole distribution."""
    shares = {"p50": quantile(0.5), "p95": quantile(0.95), "p99": quantile(0.99)}
    yield series("Response times", "Percentiles over all chosen endpoints.", shares, "s")
    yield heatmap()


def endpoints() -> Iterator[Panel]:
    """Yields each endpoint by itself."""
    text = "95% of an endpoint's responses took at most that long."
    yield series("p95 by endpoint", text, {"{{method}} {{name}}": quantile(0.95, "method, name")}, "s", width=24)
    columns = {
        "Requests/s": requests("method, name"),
        "Failures/s": failures("method, name"),
        "p50 (s)": quantile(0.5, "method, name"),
        "p95 (s)": quantile(0.95, "method, name"),
        "Longest (s)": f"max by (method, name) (swarmfile_request_duration_max_seconds{{{AT}}})",
    }
    yield table("Endpoints", "Each endpoint over the last minutes.", columns)


def judgement() -> Iterator[Panel]:
    """Yields what is asserted of the run."""
    columns = {
        "Value": f"max by (assertion) (swarmfile_assertion_value{{{OF}}})",
        "Threshold": f"max by (assertion) (swarmfile_assertion_threshold{{{OF}}})",
        "State": f"max by (assertion, state) (swarmfile_assertion_state{{{OF}}} == 1)",
    }
    text = "How each assertion stands now; once the run is judged, how it was judged."
    yield table("Assertions", text, columns, hidden="State")
    broken = f'sum by (assertion) (swarmfile_assertion_state{{{OF}, state="broken"}})'
    yield timeline("Broken assertions", "When an assertion did not hold: 1.", broken, "{{assertion}}")
    text = "Names that are counted together as (other)."
    dropped = f"sum by (kind) (swarmfile_labels_dropped{{{OF}}})"
    yield stat("Labels beyond the cap", text, dropped, "{{kind}}", width=12, height=8)


def workers() -> Iterator[Panel]:
    """Yields who makes the load."""
    yield series("Workers", "Workers by state.", {"{{state}}": f"sum by (state) (swarmfile_workers{{{OF}}})"})
    yield by_worker("Users by worker", "Evenly spread users make an even load.", "users", "short")
    yield by_worker("Memory by worker", "Resident memory.", "memory_bytes", "bytes")
    yield by_worker("Heartbeat age", "Since a worker's last sign of life.", "heartbeat_age_seconds", "s")


def saturation() -> Iterator[Panel]:
    """Yields whether the generators were too busy to measure."""
    text = "Share of a core in a worker's last second: above 0.9 a generator measures itself."
    yield by_worker("Saturation: CPU", text, "busy_ratio", "percentunit")
    text = "How late a worker's event loop was: from 50 ms on response times are its own."
    yield by_worker("Saturation: event loop", text, "loop_lag_seconds", "s")
    text = "Share of a second in which the worker's CPU limit stopped it."
    yield by_worker("Saturation: throttling", text, "throttled_ratio", "percentunit")
    busy = f"sum by (worker) (rate(swarmfile_worker_saturated_seconds_total{{{OF}}}{RATE}))"
    text = "Share of the seconds in which a worker was too busy to measure; beyond the tolerance the run is INVALID."
    yield series("Saturated seconds", text, {"{{worker}}": busy}, "percentunit")


def by_worker(title: str, text: str, name: str, unit: str) -> Panel:
    """Returns the lines of a worker's number."""
    return series(title, text, {"{{worker}}": f"max by (worker) (swarmfile_worker_{name}{{{OF}}})"}, unit)
